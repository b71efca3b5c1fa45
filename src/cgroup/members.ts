import { readdirSync, readFileSync, statSync } from 'node:fs';
import { errorCode } from '../kernel/errors/errno.js';
import { readProcess } from '../procfs/processes.js';
import { parsePids } from './values.js';

/** Pids of the processes in one cgroup directory; none where it is gone. 0 stands for one that our pid namespace does not show. */
export function procsIn(directory: string): number[] {
  try {
    return parsePids(readFileSync(`${directory}/cgroup.procs`, 'utf8'));
  } catch (error) {
    // EOPNOTSUPP: a threaded cgroup (v2) names its processes only in the domain above. ENODEV: removed while open.
    if (['ENOENT', 'ENODEV', 'EOPNOTSUPP', 'ENOTSUP'].includes(errorCode(error) ?? '')) return [];
    throw error;
  }
}

/** The cgroups right below one; none where it is gone. */
export function childrenOf(directory: string): string[] {
  if (isLeaf(directory)) return [];
  try {
    const entries = readdirSync(directory, { withFileTypes: true });
    return entries.filter((entry) => entry.isDirectory()).map(({ name }) => `${directory}/${name}`);
  } catch (error) {
    if (errorCode(error) === 'ENOENT' || errorCode(error) === 'ENODEV') return [];
    throw error;
  }
}

/** A directory has a link for its name, for `.` and for the `..` of each directory below: to list it would take longer. */
export function isLeaf(directory: string): boolean {
  return statSync(directory, { throwIfNoEntry: false })?.nlink === 2;
}

/** A cgroup and all below it, deepest first: the order in which they can be removed. */
export function subtree(directory: string): string[] {
  return [...childrenOf(directory).flatMap(subtree), directory];
}

/** `sleep (pid 42)`, for a message. */
export function describeProcess(pid: number): string {
  if (pid === 0) return 'a process of another pid namespace';
  return `${readProcess(pid)?.comm ?? 'a process that just ended'} (pid ${pid})`;
}
