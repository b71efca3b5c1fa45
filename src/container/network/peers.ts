/** Containers of a network that somebody has made find each other by their names: by lines of /etc/hosts. */
import { closeSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { O_NOFOLLOW, O_WRONLY } from '../../kernel/constants.js';
import { errorCode } from '../../kernel/errors/errno.js';
import { NotReadable, readRegularFile } from '../../kernel/files/regular-file.js';
import { placesOf } from '../../network/attach.js';
import { DEFAULT_NETWORK, type Network } from '../../network/config.js';
import { type Endpoint, endpointsOf, writeEndpoint } from '../../network/endpoint.js';
import { lockingNetworks, readNetwork } from '../../network/store.js';
import { type HostsLine, hostsLine, withPeers } from '../files/hosts-peers.js';
import type { ContainerLink } from '../state.js';
import { directoryOf } from '../store/read.js';
import { readOrSkip } from '../store/store.js';

/** Who else is in these networks. In the default one nobody has a name, as with Docker. */
export function peersOf(id: string, networks: readonly Network[]): HostsLine[] {
  const named = networks.filter(({ name }) => name !== DEFAULT_NETWORK);
  const others = named.flatMap(endpointsOf).filter(({ containerId }) => containerId !== id);
  return others.flatMap(linesOf);
}

function linesOf({ containerName, aliases, address, address6 }: Endpoint): HostsLine[] {
  const names = [containerName, ...aliases];
  return [{ address, names }, ...(address6 === undefined ? [] : [{ address: address6, names }])];
}

/** Writes into the files of all who are in a network who is there now. */
export function tellPeers(network: Network): void {
  if (network.name === DEFAULT_NETWORK) return;
  lockingNetworks(() => {
    for (const { containerId } of endpointsOf(network)) rewriteHosts(containerId);
  });
}

/** Gives a container another name in its networks. */
export function renameAmongPeers(id: string, containerName: string): void {
  lockingNetworks(() => {
    for (const { network, endpoint } of placesOf(id)) {
      writeEndpoint(network, { ...endpoint, containerName });
      tellPeers(network);
    }
  });
}

/** Writes into the file of a container who else is in its networks. */
export function rewriteHosts(id: string): void {
  const { endpoints = [] } = readOrSkip(id)?.config ?? {};
  const networks = endpoints.flatMap(({ network }) => readNetwork(network) ?? []);
  rewrite(join(directoryOf(id), 'hosts'), (text) => withPeers(text, peersOf(id, networks)));
}

/** Adds lines for the container itself, for a link that it has got while it runs. */
export function nameItself(id: string, { address, address6 }: ContainerLink): void {
  const { name, hostname } = readOrSkip(id)?.config ?? { name: id, hostname: id };
  const lines = [address, address6 ?? []].flat().map((one) => hostsLine({ address: one, names: [hostname, name] }));
  rewrite(join(directoryOf(id), 'hosts'), (text) => text + lines.join(''));
}

/** Takes the lines of its own addresses away. */
export function forgetItself(id: string, { address, address6 }: ContainerLink): void {
  const isGone = (line: string) => [address, address6].includes(line.split('\t')[0]);
  rewrite(join(directoryOf(id), 'hosts'), (text) =>
    text
      .split('\n')
      .filter((line) => !isGone(line))
      .join('\n'),
  );
}

/** More than a person or a program writes there. */
const LIMIT = 1 << 20;

/**
 * Changes a file in its place: another one of the same name would not be the one that is mounted in the container. What that has made of
 * the file, and a full disk, do not keep others from their start.
 */
function rewrite(path: string, change: (text: string) => string): void {
  try {
    const before = readRegularFile(path, LIMIT).toString();
    const after = change(before);
    if (after !== before) overwrite(path, Buffer.from(after));
  } catch (error) {
    if (!(error instanceof NotReadable) && errorCode(error) === undefined) throw error;
  }
}

/** Cut off at last: no reader finds it empty. */
function overwrite(path: string, bytes: Buffer): void {
  const fd = openSync(path, O_WRONLY | O_NOFOLLOW);
  try {
    writeSync(fd, bytes, 0, bytes.length, 0);
    ftruncateSync(fd, bytes.length);
  } finally {
    closeSync(fd);
  }
}
