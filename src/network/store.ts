/**
 * Networks on disk, a directory each:
 *
 *     networks/<name>/network.json   what it is
 *                     addresses/     who is plugged in (endpoint.ts)
 *                     bridge.json    its link, while that is there (bridge.ts)
 *     networks/.forwarding.json      links that forward because of us (forwarding.ts)
 *     networks/.lock                 held while any of it, or the host's part of it, changes
 */
import { mkdirSync, readdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../kernel/errors/user-error.js';
import { writeAtomically } from '../state/atomic.js';
import { notWritable, stateDirectory } from '../state/directories.js';
import { forget } from '../state/ledger/ledger.js';
import { withLock } from '../state/lock.js';
import { lookAt } from '../state/look.js';
import { nearest } from '../state/nearest.js';
import { putAside } from '../state/quarantine.js';
import { CorruptError, readStored, storedText, Withheld, writeStored } from '../state/stored.js';
import { makeTemporary, removeMade, removeTemporary } from '../state/temporary.js';
import { isNetworkName, NETWORK, type Network, WITHOUT_BRIDGE } from './config.js';

let isLocked = false;

/** Does some synchronous work while nobody else changes a network, or what is there for it on the host. It may be nested. */
export function lockingNetworks<T>(work: () => T): T {
  if (isLocked) return work();
  return withLock(join(networksDirectory(), '.lock'), () => {
    isLocked = true;
    try {
      return work();
    } finally {
      isLocked = false;
    }
  });
}

export function networksDirectory(): string {
  return stateDirectory('networks');
}

export function directoryOf(name: string): string {
  return join(networksDirectory(), name);
}

/** All that are kept, by name. */
export function keptNetworks(): Network[] {
  return keptNames().flatMap((name) => readNetwork(name) ?? []);
}

/** All but one. */
export function otherNetworks(network: Network): Network[] {
  const others = keptNames().filter((name) => name !== network.name);
  return others.flatMap((name) => readNetwork(name) ?? []);
}

function keptNames(): string[] {
  return readdirSync(networksDirectory()).filter(isNetworkName).sort();
}

/** The network of this name, if it is kept. A damaged one is put aside. */
export function readNetwork(name: string): Network | undefined {
  if (!isNetworkName(name) || !lookAt(directoryOf(name))) return undefined;
  try {
    return readStored(join(directoryOf(name), 'network.json'), NETWORK);
  } catch (error) {
    if (error instanceof Withheld)
      throw new UserError(`Network ${name} is left as it is: ${error.message}`, 3, error.remedy);
    if (!(error instanceof CorruptError)) throw error;
    putAside(directoryOf(name));
    return undefined;
  }
}

/** Keeps a new network: it appears whole, by a rename. */
export function keepNetwork(network: Network): void {
  const draft = makeTemporary(networksDirectory());
  try {
    mkdirSync(join(draft, 'addresses'));
    writeAtomically(join(draft, 'network.json'), storedText(network, NETWORK));
    renameSync(draft, directoryOf(network.name));
    forget('directory', draft);
  } catch (error) {
    removeTemporary(draft);
    throw notWritable(directoryOf(network.name), error);
  }
}

/** Replaces what is kept of a network. */
export function changeNetwork(network: Network): void {
  writeStored(join(directoryOf(network.name), 'network.json'), storedText(network, NETWORK));
}

/** Moves it onto an empty directory that is in the ledger already: it is gone at once. */
export function dropNetwork({ name }: Network): void {
  const doomed = makeTemporary(networksDirectory());
  renameSync(directoryOf(name), doomed);
  removeMade(doomed);
}

/** The one that a name, an id or an unambiguous start of an id means; undefined where none is meant. Throws UserError (2) for several. */
export function matchNetwork<T extends Pick<Network, 'id' | 'name'>>(
  reference: string,
  networks: readonly T[],
): T | undefined {
  const exact = networks.find(({ id, name }) => name === reference || id === reference);
  const matching = reference === '' ? [] : networks.filter(({ id }) => id.startsWith(reference));
  if (exact || matching.length < 2) return exact ?? matching[0];
  const message = `network ${reference} is ambiguous (${matching.length} matches found based on ID prefix)`;
  throw new UserError(message, 2, `Give more of the id: ${matching.map(({ id }) => id.slice(0, 16)).join(', ')}.`);
}

export function noSuchNetwork(reference: string, names: readonly string[]): UserError {
  const likely = nearest(reference, [...names, ...Object.keys(WITHOUT_BRIDGE)]);
  const remedy = `${likely ? `Did you mean ${likely}? ` : ''}tslab network ls lists all networks.`;
  return new UserError(`network ${reference} not found`, 2, remedy);
}
