/**
 * Containers that are plugged into a network, a file each, by address: so that two never have the same one.
 *
 *     networks/<name>/addresses/172.30.0.2
 *
 * One counts for as long as its process or its keeper lives. What a file says is also the note of what was made for it: a sweep finds it.
 */
import { readdirSync } from 'node:fs';
import { integer, list, matching, maybe, record, text, word } from '../kernel/parser.js';
import { isIP } from '../kernel/sockets/ip-address.js';
import { isAlive } from '../procfs/processes.js';
import type { Owner } from '../state/ledger/ledger-file.js';
import { removeFile } from '../state/remove-file.js';
import { type Format, readNote, writeNote } from '../state/stored.js';
import { address, linkName, type Network } from './config.js';
import { PROTOCOLS, type PublishedPort } from './ports/published.js';
import { directoryOf } from './store.js';

/** A container's place in a network. */
export interface Endpoint {
  /** 64 hexadecimal digits. */
  readonly id: string;
  readonly containerId: string;
  readonly containerName: string;
  readonly address: string;
  /** The length of the subnet's prefix. */
  readonly prefix: number;
  readonly gateway: string;
  /** `02:42:ac:1e:00:02` */
  readonly mac: string;
  readonly address6?: string;
  /** The end of the pair that is on the host. */
  readonly link: string;
  /** The other end is `eth0`, or of a later network of the same container `eth1` … */
  readonly nth: number;
  readonly aliases: readonly string[];
  /** Who took the address, and gives it back when the container has ended. */
  readonly keeper: Owner;
  /** The container's first process; before that is there, the keeper. */
  readonly process: Owner;
  readonly ports: readonly PublishedPort[];
}

const owner = record<Owner>({ pid: integer(1), startTime: integer(0) });

const ENDPOINT: Format<Endpoint> = {
  version: 1,
  limit: 2 ** 20,
  parse: record<Endpoint>({
    id: text,
    containerId: text,
    containerName: text,
    address,
    prefix: integer(0, 32),
    gateway: address,
    mac: matching(/^([0-9a-f]{2}:){5}[0-9a-f]{2}$/, 'a MAC address'),
    address6: maybe(address),
    link: linkName,
    nth: integer(0),
    aliases: list(text),
    keeper: owner,
    process: owner,
    ports: list(
      record<PublishedPort>({
        protocol: word(...PROTOCOLS),
        hostIp: text,
        hostPort: integer(1, 65_535),
        containerPort: integer(1, 65_535),
      }),
    ),
  }),
};

/** Those of a network that count. */
export function endpointsOf(network: Network): Endpoint[] {
  return allEndpoints(network).filter(isUsed);
}

/** Those that count no more as well: nobody is left who would unplug them. */
export function allEndpoints(network: Network): Endpoint[] {
  const names = readdirSync(addressesOf(network)).filter((name) => isIP(name) > 0);
  return names.flatMap((name) => readNote(fileOf(network, name), ENDPOINT) ?? []);
}

/** A container that has just ended is still its keeper's. */
export function isUsed({ process, keeper }: Endpoint): boolean {
  return [process, keeper].some(({ pid, startTime }) => isAlive(pid, startTime));
}

export function isUnused(endpoint: Endpoint): boolean {
  return !isUsed(endpoint);
}

/** It has a link already. */
export function isPlugged({ process, keeper }: Endpoint): boolean {
  return process.pid !== keeper.pid;
}

export function writeEndpoint(network: Network, endpoint: Endpoint): void {
  writeNote(fileOf(network, endpoint.address), endpoint, ENDPOINT);
}

export function removeEndpoint(network: Network, { address }: Endpoint): void {
  removeFile(fileOf(network, address));
}

function fileOf(network: Network, name: string): string {
  return `${addressesOf(network)}/${name}`;
}

function addressesOf({ name }: Network): string {
  return `${directoryOf(name)}/addresses`;
}
