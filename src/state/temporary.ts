import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { randomHex } from '../kernel/random.js';
import { notWritable } from './directories.js';
import { forget, ownName, remember } from './ledger/ledger.js';
import { removeTree } from './remove-tree.js';

/**
 * A new empty directory (0700) below `parent`, which must itself be below the state or run directory.
 * It is in the ledger, and its name (`.tmp-<pid>-<start time>-...`) tells whose it is even where the ledger is lost.
 */
export function makeTemporary(parent: string, path = temporaryName(parent)): string {
  remember('directory', path);
  try {
    mkdirSync(path, { mode: 0o700 });
    return path;
  } catch (error) {
    forget('directory', path);
    throw notWritable(path, error);
  }
}

/** A name for a temporary directory of this process that nothing has yet. */
export function temporaryName(parent: string): string {
  return join(parent, `.tmp-${ownName()}-${randomHex(4)}`);
}

/** Removes what {@link makeTemporary} made, if it is still there. Throws as {@link removeTree} does; it stays in the ledger then. */
export function removeMade(path: string): void {
  removeTree(path);
  forget('directory', path);
}

/**
 * The same, for callers that cannot handle a failure.
 * What cannot be removed now (it has a mount in it) stays in the ledger, and a later sweep reports it.
 */
export function removeTemporary(path: string): void {
  try {
    removeMade(path);
  } catch {
    // It must not replace the error after which it is called.
  }
}
