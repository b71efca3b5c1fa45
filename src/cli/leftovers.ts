import { findCgroups, removeCgroupTree } from '../cgroup/sweep.js';
import { registerFinder } from '../state/cleanup.js';
import { registerUndo, type Swept, sweep } from '../state/sweep.js';

/** Teaches the sweep and the cleanup about the things that state/ does not know itself. */
export function knowLeftovers(): void {
  registerUndo('cgroup', removeCgroupTree);
  registerFinder(() => findCgroups().map((name) => ({ kind: 'cgroup', name })));
}

/** Removes what earlier runs that were killed left behind, and says so on standard error. */
export async function sweepFirst(): Promise<void> {
  knowLeftovers();
  for (const swept of await sweep()) process.stderr.write(`tslab: ${describeSwept(swept)}\n`);
}

function describeSwept({ kind, name, problem }: Swept): string {
  if (problem) return `an earlier run left the ${kind} ${name}, and it cannot be removed: ${problem}`;
  return `removed what an earlier run left: ${kind} ${name}`;
}
