import { readFileSync } from 'node:fs';
import type { Cgroup } from '../../../src/cgroup/cgroup.js';
import { parseCpuList } from '../../../src/cgroup/values.js';
import type { Lab } from '../../../src/lab/lab.js';
import { parseFields } from '../../../src/procfs/status.js';

/** CPU time for wall time: 1 is one whole CPU. */
export interface Share {
  readonly value: number;
  /** The same for each interval, in order. */
  readonly series: number[];
  /** Seconds. */
  readonly interval: number;
}

/** What the counter of a cgroup said at a moment; both in seconds. */
export interface Mark {
  readonly time: number;
  readonly usage: number;
}

/** Seconds: what the quota of this lab is for, and what sample times are multiples of, so that each holds whole periods. */
export const PERIOD = 0.1;

/** Watches for so many seconds how much CPU time cgroups use, by the counters that the kernel keeps of them. */
export async function watchShares(lab: Lab, groups: readonly Cgroup[], seconds: number): Promise<Share[]> {
  const interval = Math.ceil(seconds / PERIOD / 9) * PERIOD;
  const rows = [groups.map(mark)];
  for (let start = now(), end = start + seconds, next = start + interval; next < end + interval / 2; next += interval) {
    await lab.sleep((next - now()) * 1000);
    rows.push(groups.map(mark));
  }
  return groups.map((_, column) => shareOf(rows.map((row) => row[column] as Mark)));
}

function mark(group: Cgroup): Mark {
  return { time: now(), usage: group.cpu().usage };
}

/** Seconds on a clock that nobody sets. */
function now(): number {
  return performance.now() / 1000;
}

/** The share between the first mark and the last, and between each two. */
export function shareOf(marks: readonly Mark[]): Share {
  const between = (a: Mark, b: Mark) => (b.usage - a.usage) / (b.time - a.time);
  const [first, last] = [marks[0] as Mark, marks.at(-1) as Mark];
  return {
    value: between(first, last),
    series: marks.slice(1).map((one, index) => between(marks[index] as Mark, one)),
    interval: (last.time - first.time) / (marks.length - 1),
  };
}

/** Whether a figure is as expected, give or take `slack`, and both in words. */
export function near(
  actual: number,
  expected: number,
  slack: number,
): [held: boolean, told: { expected: string; actual: string }] {
  const told = { expected: `${expected.toFixed(2)} ± ${slack.toFixed(2)}`, actual: actual.toFixed(3) };
  return [Math.abs(actual - expected) <= slack, told];
}

/** The CPUs that this process may use: `Cpus_allowed_list` in /proc/self/status. */
export function usableCpus(): number[] {
  const list = parseFields(readFileSync('/proc/self/status', 'utf8')).get('Cpus_allowed_list');
  return parseCpuList(list ?? '') ?? [];
}
