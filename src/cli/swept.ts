import type { Swept } from '../state/ledger/sweep.js';

/** So many things are named in a line. */
const MOST = 8;

/** What a sweep did, in lines: one for all that is gone, and one for each thing that is still there. */
export function describeSwept(swept: readonly Swept[]): string[] {
  const gone = swept.filter(({ problem }) => problem === undefined);
  const left = swept.filter(({ problem }) => problem !== undefined);
  return [...describeGone(gone), ...left.map(describeLeft)];
}

function describeGone(gone: readonly Swept[]): string[] {
  if (gone.length === 0) return [];
  const names = [...new Set(gone.map(nameOf))];
  const more = names.length > MOST ? ` and ${names.length - MOST} more` : '';
  return [`removed what an earlier run left: ${names.slice(0, MOST).join(', ')}${more}`];
}

/** A cgroup of v1 is a directory in each hierarchy, and one cgroup to whoever reads this. */
function nameOf({ kind, name }: Swept): string {
  if (kind !== 'cgroup') return `${kind} ${name}`;
  return `cgroup ${name.slice(`${name}/`.lastIndexOf('/tslab/') + 1)}`;
}

function describeLeft({ kind, name, problem }: Swept): string {
  return `an earlier run left the ${kind} ${name}, and it cannot be removed: ${problem}`;
}
