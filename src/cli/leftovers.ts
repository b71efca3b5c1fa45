import { removeCgroupTree } from '../cgroup/sweep.js';
import { findHalfRemoved, findUnusedCgroups } from '../container/leftovers.js';
import { registerFinder } from '../state/cleanup.js';
import { registerUndo, type Swept, sweep } from '../state/sweep.js';

/** Teaches the sweep and the cleanup about the things that state/ does not know itself. */
export function knowLeftovers(): void {
  registerUndo('cgroup', removeCgroupTree);
  registerFinder(() => findUnusedCgroups(warn).map((name) => ({ kind: 'cgroup', name })));
  registerFinder(findHalfRemoved);
}

/** Removes what earlier runs that were killed left behind, and says so on standard error. */
export async function sweepFirst(): Promise<void> {
  knowLeftovers();
  for (const swept of await sweep()) warn(describeSwept(swept));
}

function warn(message: string): void {
  process.stderr.write(`tslab: ${message}\n`);
}

function describeSwept({ kind, name, problem }: Swept): string {
  if (problem) return `an earlier run left the ${kind} ${name}, and it cannot be removed: ${problem}`;
  return `removed what an earlier run left: ${kind} ${name}`;
}
