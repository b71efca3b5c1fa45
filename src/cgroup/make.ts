import { forget, remember } from '../state/ledger.js';
import { makeGroup } from './directories.js';
import { removeCgroup } from './remove.js';

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

/** From here on somebody else sees to it that it is removed. */
export function disownCgroup(directories: readonly string[]): void {
  forget('cgroup', ...directories);
}
