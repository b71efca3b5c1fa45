import { renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { errorCode } from '../../kernel/errors/errno.js';
import { isAlive } from '../../procfs/processes.js';
import { notWritable } from '../directories.js';
import { removeTree } from '../remove-tree.js';
import { ownName } from './ledger.js';
import {
  type Entry,
  type Kind,
  ledgerDirectory,
  ledgerFiles,
  ownerOf,
  readLedger,
  strikeEntries,
} from './ledger-file.js';

/** Something that a dead owner left. `problem` says why it is still there; without one it is gone. */
export interface Swept extends Entry {
  readonly problem?: string;
}

/** Removes one thing by its name; nothing happens where it is gone already. Throws where it cannot be removed. */
export type Undo = (name: string) => void;

const undos = new Map<Kind, Undo>([['directory', removeTree]]);

/** Registers how a kind of thing is removed. */
export function registerUndo(kind: Kind, undo: Undo): void {
  undos.set(kind, undo);
}

/** Removes what dead owners left, the latest first. What could not be removed stays in a ledger for the next sweep. */
export function sweep(): Swept[] {
  return ledgerFiles().filter(isAbandoned).flatMap(claim).flatMap(undoAll);
}

/** A claim of our own that still exists was left by an earlier sweep of this process that met a problem. */
function isAbandoned(file: string): boolean {
  const owner = ownerOf(file);
  return owner !== undefined && (isOwnClaim(file) || !isAlive(owner.pid, owner.startTime));
}

function isOwnClaim(file: string): boolean {
  return file.startsWith(join(ledgerDirectory(), `${ownName()}.claim-`));
}

/**
 * Claims the file by renaming it. Of two sweepers only one can rename it; and if that one dies, its claim is
 * a dead owner's ledger like any other.
 */
function claim(file: string): string[] {
  const claimed = join(ledgerDirectory(), `${ownName()}.claim-${process.hrtime.bigint()}.jsonl`);
  try {
    renameSync(file, claimed);
    return [claimed];
  } catch (error) {
    // Another sweep was faster; or nothing can be removed now, and what is there can still be used.
    if (['ENOENT', 'EROFS'].includes(errorCode(error) ?? '')) return [];
    throw notWritable(file, error);
  }
}

function undoAll(file: string): Swept[] {
  const entries = readLedger(file).reverse();
  if (entries.length === 0) rmSync(file, { force: true });
  return entries.map((entry) => {
    const swept = undo(entry);
    if (!swept.problem) strikeEntries(file, [entry]);
    return swept;
  });
}

/** Undoes one entry and returns the outcome; never throws. */
export function undo(entry: Entry): Swept {
  try {
    const remove = undos.get(entry.kind);
    if (!remove) return { ...entry, problem: `this tslab does not know how to remove a ${entry.kind}` };
    remove(entry.name);
    return entry;
  } catch (error) {
    return { ...entry, problem: error instanceof Error ? error.message : String(error) };
  }
}
