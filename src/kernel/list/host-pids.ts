import { readdirSync, readFileSync } from 'node:fs';
import { isAwaited } from '../wait.js';

/**
 * Pids, as this process sees them, of children that were born inside a list: `cloned` holds what each clone() returned.
 *
 * The first was called by a process of our own pid namespace, so its result is the pid that we see. A later one was called by a
 * process that may live in another, and returned the number that the child has there; CLONE_PARENT made the child ours. A child without a
 * pid namespace of its own has the one number that we see.
 */
export function hostPids(cloned: readonly number[]): number[] {
  return cloned.map((pid, i) => (i === 0 ? pid : childKnownAs(pid)));
}

/** Our child without a waiter that has the pid `inner` in one of its pid namespaces (NSpid, proc(5)). */
function childKnownAs(inner: number): number {
  const children = readdirSync('/proc').flatMap(ourChild);
  const found = children.find(([, ...below]) => below.includes(inner)) ?? children.find(([pid]) => pid === inner);
  if (!found)
    throw new Error(`no child of this process has the pid ${inner} in a pid namespace of its own, or in ours`);
  return found[0] as number;
}

/** The pids of one of our children that nobody waits for, from ours to that in its own namespace; none for another process. */
function ourChild(name: string): number[][] {
  if (!/^\d+$/.test(name) || isAwaited(Number(name))) return [];
  const { PPid, NSpid = '' } = statusOf(name);
  return Number(PPid) === process.pid ? [NSpid.split('\t').map(Number)] : [];
}

function statusOf(pid: string): Record<string, string> {
  try {
    const lines = readFileSync(`/proc/${pid}/status`, 'utf8').split('\n');
    return Object.fromEntries(lines.map((line) => line.split(/:\t(.*)/)));
  } catch {
    return {};
  }
}
