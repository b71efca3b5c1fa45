import { setTimeout as pause } from 'node:timers/promises';
import { isAwaited, waitNow } from '../kernel/wait.js';
import { listProcesses } from '../procfs/processes.js';
import { type Change, diffSnapshots, type Snapshot } from '../procfs/snapshot.js';
import type { Check } from './events.js';
import { HOST_STEP } from './host-step.js';

export { HOST_STEP };

/** The last check of every lab: mounts, links, namespaces, host name, cgroups and processes of ours are as they were. */
export function compareHost(before: Snapshot, after: Snapshot): Check {
  const left = [...diffSnapshots(before, after).filter(isOurs).map(inWords), ...childrenOfOurs()];
  return {
    type: 'check',
    step: HOST_STEP,
    name: 'the host is as it was before',
    expected: 'nothing changed, nothing left',
    actual: left.length === 0 ? 'nothing changed, nothing left' : left.join('; '),
    held: left.length === 0,
  };
}

/**
 * Where tslab is PID 1 it inherits the living, too: a child whose parent was killed and whose standard input is closed, of
 * which it dies a moment later. Waits for such, a second at most.
 */
export async function orphansEnded(): Promise<void> {
  for (let tries = 0; process.pid === 1 && tries < 100 && hasLivingOrphans(); tries++) await pause(10);
}

function hasLivingOrphans(): boolean {
  return listProcesses().some(({ ppid, pid, state }) => ppid === 1 && state !== 'Z' && !isAwaited(pid));
}

/** Other processes come and go as they like, and so do the cgroups of another tslab, which have its pid in their name. */
function isOurs({ what, name }: Change): boolean {
  if (what === 'process') return false;
  return what !== 'cgroup' || name.split('/').some((part) => part.endsWith(`-${process.pid}`));
}

function inWords({ what, kind, name }: Change): string {
  return `${what} ${name} ${kind}`;
}

function childrenOfOurs(): string[] {
  const children = listProcesses().filter(({ ppid, pid, state }) => ppid === process.pid && !isOrphan(pid, state));
  return children.map(({ pid, comm }) => `process ${pid} (${comm}) is still there`);
}

/** Where tslab is PID 1, as `docker run IMAGE tslab 01` makes it, it inherits the dead whose parents are gone: collects one. */
function isOrphan(pid: number, state: string): boolean {
  if (process.pid !== 1 || state !== 'Z' || isAwaited(pid)) return false;
  waitNow(pid);
  return true;
}
