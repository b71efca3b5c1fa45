import { accessSync, constants, existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { call } from '../kernel/call.js';
import { mkdir, rmdir } from '../kernel/calls/index.js';
import { until } from '../kernel/clock.js';
import { describeProcess, isLeaf, procsIn, subtree } from './members.js';
import { refusal } from './refusal.js';

// Paths are concatenated as text here: a start makes 130 of them, for which join() took 2 ms and a compiler's thread.

/** The cgroup that holds all of ours, in each hierarchy. Every tslab that runs shares it, and the last one removes it. */
export const SHARED = 'tslab';

const PATIENCE_MS = 5_000;

/** Whether this process may make cgroups here: the directory is writable, and on v2 so are the files that a delegation includes. */
export function canMakeGroups(directory: string): boolean {
  try {
    for (const path of [directory, ...delegatedFiles(directory)]) accessSync(path, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** cgroups(7), "Delegating a hierarchy". */
function delegatedFiles(directory: string): string[] {
  const files = ['cgroup.procs', 'cgroup.subtree_control'].map((file) => `${directory}/${file}`);
  return files.filter((file) => existsSync(file));
}

/**
 * Makes `<base>/tslab/<name>`, which is in the ledger by then.
 *
 * Another tslab may remove the shared `tslab` between our two mkdirs (ENOENT, or ENODEV during it), but not once the second has succeeded.
 * So whatever `tslab` itself needs (controllers, CPUs) is set after this.
 */
export function makeGroup(path: string): void {
  do makeShared(dirname(path));
  while (refusal(() => call(mkdir(path, 0o755)), ['ENOENT', 'ENODEV']) !== null);
}

function makeShared(path: string): void {
  if (!existsSync(path)) refusal(() => call(mkdir(path, 0o755)), ['EEXIST']);
}

/** Removes a cgroup without processes, after those below it. Throws where rmdir still says EBUSY after 5 s. */
export function removeGroup(path: string): void {
  for (const directory of subtree(path)) removeDirectory(directory);
}

/** rmdir(2) says EBUSY until the last process has been released, a little after it has left `cgroup.procs`. */
function removeDirectory(path: string): void {
  const gone = () => refusal(() => call(rmdir(path)), ['EBUSY', 'ENOENT']) !== 'EBUSY';
  if (until(gone, PATIENCE_MS)) return;
  const holders = procsIn(path).map(describeProcess).join(', ') || 'no process that can be seen from here';
  throw new Error(`cannot remove the cgroup ${path}: EBUSY for ${PATIENCE_MS / 1000} s, held by ${holders}`);
}

/** Removes the shared `tslab` of a hierarchy unless another tslab has a cgroup in it. */
export function removeShared(base: string): void {
  const path = `${base}/${SHARED}`;
  if (isLeaf(path)) refusal(() => call(rmdir(path)), ['EBUSY', 'ENOTEMPTY', 'ENOENT']);
}
