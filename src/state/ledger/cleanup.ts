import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { isAlive } from '../../procfs/processes.js';
import { type Change, diffSnapshots, type Snapshot, takeSnapshot } from '../../procfs/snapshot.js';
import { here, runDirectory, stateDirectory } from '../directories.js';
import { type Entry, ledgerFiles, ownerOf, readLedger } from './ledger-file.js';
import { undoPreparations } from './preparations.js';
import { type Swept, sweep, undo } from './sweep.js';

/** What `tslab cleanup` did, and the proof. An entry with a `problem` is still there. */
export interface CleanupReport {
  /** From the ledgers of dead owners. */
  readonly swept: readonly Swept[];
  /** Found on the host, in no ledger. */
  readonly found: readonly Swept[];
  /** From `tslab doctor --prepare`. */
  readonly prepared: readonly Swept[];
  readonly before: Snapshot;
  readonly after: Snapshot;
  readonly changes: readonly Change[];
}

/** Finds things of tslab's by their names, those in use included: those in the ledgers of live owners are left out later. */
export type Finder = () => readonly Entry[];

const finders: Finder[] = [findTemporaryDirectories];

/** Registers another finder; what it finds is removed by the undo registered for its kind. */
export function registerFinder(find: Finder): void {
  finders.push(find);
}

/** Removes all that dead runs left behind, in a ledger or not. What live owners use stays. */
export function cleanup(): CleanupReport {
  const before = takeSnapshot();
  const swept = sweep();
  const found = removeLeftovers();
  const prepared = undoPreparations();
  const after = takeSnapshot();
  return { swept, found, prepared, before, after, changes: diffSnapshots(before, after) };
}

function removeLeftovers(): Swept[] {
  const remembered = ledgerFiles().flatMap(readLedger);
  const leftovers = finders
    .flatMap((find) => find())
    .filter((entry) => !remembered.some((known) => overlap(known, entry)));
  return leftovers.map(undo);
}

/** Whether both are the same thing, or one is inside the other. */
function overlap(a: Entry, b: Entry): boolean {
  return a.kind === b.kind && (`${a.name}/`.startsWith(`${b.name}/`) || `${b.name}/`.startsWith(`${a.name}/`));
}

/** Temporary directories whose owner is dead: by name, since their ledger is lost. */
function findTemporaryDirectories(): Entry[] {
  const below = ['rootfs', 'init-layers', 'containers', 'volumes', 'networks'].map((name) => stateDirectory(name));
  const images = ['layers', 'ingest'].map((name) => join(here().state, 'images', name)).filter(existsSync);
  return [stateDirectory(), ...below, ...images, runDirectory()].flatMap((parent) =>
    readdirSync(parent)
      .filter((name) => name.startsWith('.tmp-') && isOwnerDead(name))
      .map((name) => ({ kind: 'directory' as const, name: join(parent, name) })),
  );
}

function isOwnerDead(name: string): boolean {
  const owner = ownerOf(name);
  return owner !== undefined && !isAlive(owner.pid, owner.startTime);
}
