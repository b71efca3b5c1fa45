import { readdirSync } from 'node:fs';
import { listProcesses } from '../../src/procfs/processes.js';

/** What this process holds that a forgotten container would show in: descriptors, and children that are alive or zombies. */
export interface Holdings {
  readonly descriptors: readonly string[];
  readonly children: readonly number[];
}

export function holdings(): Holdings {
  return { descriptors: readdirSync('/proc/self/fd'), children: childrenOf(process.pid) };
}

/** Children of a process, zombies included, in order of pid. */
export function childrenOf(pid: number): number[] {
  const children = listProcesses().filter(({ ppid }) => ppid === pid);
  return children.map((child) => child.pid);
}
