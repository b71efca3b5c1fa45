import { dirname } from 'node:path';
import { forget } from '../state/ledger.js';
import { removeGroup, removeShared } from './directories.js';
import { killAll } from './kill.js';
import { leaveLeaf } from './leaf.js';

/** Removes one cgroup, given as its directories `<base>/tslab/<name>`: kills what is inside, then rmdir, then the shared parent if it is the last. */
export function removeCgroup(directories: readonly string[]): void {
  killAll(directories);
  for (const directory of directories) removeGroup(directory);
  for (const directory of directories) tidyBase(dirname(dirname(directory)));
  forget('cgroup', ...directories);
}

/** Takes back what was made in a base for all of ours, unless another tslab still uses it. */
export function tidyBase(base: string): void {
  removeShared(base);
  leaveLeaf(base);
}
