import { dirname } from 'node:path';
import { forget, remember } from '../state/ledger/ledger.js';
import { makeGroup, removeGroup, removeShared } from './directories.js';
import { killAll } from './kill.js';
import { leaveLeaf } from './v2/leaf.js';

/** Makes the directories `<base>/tslab/<name>` of one cgroup, written down in the ledger before. Nothing is left where that fails. */
export function makeCgroup(directories: readonly string[]): void {
  const made: string[] = [];
  remember('cgroup', ...directories);
  try {
    for (const directory of directories) {
      makeGroup(directory);
      made.push(directory);
    }
  } catch (error) {
    removeCgroup(made);
    disownCgroup(directories);
    throw error;
  }
}

/** Takes it out of the ledger: somebody else removes it from now on. */
export function disownCgroup(directories: readonly string[]): void {
  forget('cgroup', ...directories);
}

/** Removes one cgroup, given as its directories `<base>/tslab/<name>`: kills what is inside, then rmdir, then the shared parent if it is the last. */
export function removeCgroup(directories: readonly string[]): void {
  killAll(directories);
  for (const directory of directories) removeGroup(directory);
  for (const directory of directories) tidyBase(dirname(dirname(directory)));
  forget('cgroup', ...directories);
}

/** Removes what was made in a base for all of ours, unless another tslab still uses it. */
export function tidyBase(base: string): void {
  removeShared(base);
  leaveLeaf(base);
}
