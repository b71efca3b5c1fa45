import { readdirSync, readFileSync } from 'node:fs';

/**
 * Pids, as this process sees them, of children that were born inside a list: `cloned` holds what each clone() returned.
 *
 * The first was called by a process of our own pid namespace, so its result is what we want. A later one was called by a
 * process that may live in another, and returned the number that the child has there; CLONE_PARENT made the child ours.
 */
export function hostPids(cloned: readonly number[]): number[] {
  return cloned.map((pid, i) => (i === 0 ? pid : childKnownAs(pid)));
}

/** Our child that has the pid `inner` in the innermost of its pid namespaces (NSpid in /proc/PID/status). */
function childKnownAs(inner: number): number {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  const found = pids.find((pid) => {
    const status = statusOf(pid);
    return (
      Number(status.PPid) === process.pid &&
      Number(status.NSpid?.split('\t').at(-1)) === inner &&
      status.NSpid?.includes('\t')
    );
  });
  if (!found) throw new Error(`no child of this process has the pid ${inner} in a pid namespace of its own`);
  return Number(found);
}

function statusOf(pid: string): Record<string, string> {
  try {
    const lines = readFileSync(`/proc/${pid}/status`, 'utf8').split('\n');
    return Object.fromEntries(lines.map((line) => line.split(':\t', 2)));
  } catch {
    return {};
  }
}
