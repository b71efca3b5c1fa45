import type { Cgroup } from '../../src/cgroup/cgroup.js';
import type { Telling } from '../../src/lab/definition.js';
import { type Bench, dissolve, look, newGroup, type Step, set, startIn } from './bench.js';
import { limitCpu } from './limits.js';
import { busy } from './programs.js';
import { near, PERIOD, type Share, usableCpus, watchShares } from './shares.js';

// #region cpu-quota
/** A loop runs free, then under a quota. */
export const cpuQuota: Step = {
  id: 'cpu-quota',
  needs: ['cpu', 'cpuacct'],
  skippable: true,
  async *run(bench, wanted) {
    const { lab, options } = bench;
    const group = yield* newGroup(bench, 'cpu-quota', ['cpu', 'cpuacct']);
    yield* startIn(bench, group, busy(loopsFor(options.cpus)));
    const free = await watchShare(bench, group);
    yield* look({ lab, group }, 'before', ['cpu.stat']);
    yield* set({ lab, group }, ['cpu.quota', 'cpu.period'], wanted && (() => limitCpu(group, options.cpus)));
    const limited = await watchShare(bench, group);
    yield* look({ lab, group }, 'after', ['cpu.stat']);
    yield* tellShares(bench, free, limited);
    yield* tellThrottling(bench, group, free);
    yield* dissolve(bench, group);
  },
};
// #endregion

/** One loop more than the quota is for, as far as there are CPUs: a single process never uses more than one. */
function loopsFor(cpus: number): number {
  return Math.min(Math.floor(cpus) + 1, usableCpus().length);
}

/** Starts half a period late: a new quota begins with a full period, whose burst belongs to none of those that are watched. */
async function watchShare({ lab, options }: Bench, group: Cgroup): Promise<Share> {
  await lab.sleep((PERIOD / 2) * 1000);
  return (await watchShares(lab, [group], options.seconds))[0] as Share;
}

async function* tellShares({ lab, options }: Bench, free: Share, limited: Share): Telling {
  const { interval } = limited;
  const whole = [...free.series, ...limited.series];
  const average = (free.value + limited.value) / 2;
  yield* lab.measure('cpu-share-unlimited', free.value, 'cpu');
  yield* lab.measure('cpu-share', limited.value, 'cpu', { series: limited.series, interval });
  yield* lab.measure('cpu-share-before-and-after', average, 'cpu', { series: whole, interval });
  const wanted = Math.min(options.cpus, free.value);
  const [held, told] = near(limited.value, wanted, slackOf(wanted, options.seconds));
  const because = wanted < options.cpus ? ` (${reason(options.cpus, free)})` : '';
  yield* lab.checkThat('the share follows the quota', held, { ...told, expected: told.expected + because });
}

/** A tenth; at the ends of the measurement one period's worth, and a tick of the kernel's clock (1 to 10 ms), at which it notices. */
function slackOf(share: number, seconds: number): number {
  return share / 10 + (share * PERIOD + 0.01) / seconds;
}

/** Why a quota is not used up: `--quota 150%` on one CPU. */
function reason(cpus: number, free: Share): string {
  const loops = plural(loopsFor(cpus), 'loop');
  const here = plural(usableCpus().length, 'CPU');
  return `the quota is ${cpus}, but without it ${loops} got no more than ${free.value.toFixed(2)}: there is ${here}`;
}

function plural(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}

async function* tellThrottling({ lab, options }: Bench, group: Cgroup, free: Share): Telling {
  const { periods, throttledPeriods, throttledTime } = group.cpu();
  yield* lab.measure('throttled-periods', throttledPeriods, 'periods');
  yield* lab.measure('throttled-time', throttledTime, 's');
  if (options.cpus > 0.9 * free.value) return; // Then there is next to nothing to hold back.
  const told = { expected: 'more than 0 periods', actual: `${throttledPeriods} of ${periods} periods` };
  yield* lab.checkThat('the kernel counts how often the quota ran out', throttledPeriods > 0, told);
}
