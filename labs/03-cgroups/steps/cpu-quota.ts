import type { Cgroup } from '../../../src/cgroup/cgroup.js';
import { limitCpu } from '../calls/limits.js';
import { busy } from './programs.js';
import { look, newGroup, type Setup, type Step, set, startIn } from './setup.js';
import { near, PERIOD, type Share, usableCpus, watchShares } from './shares.js';

// #region cpu-quota
/** A loop runs free, then under a quota. */
export const cpuQuota: Step = {
  id: 'cpu-quota',
  needs: ['cpu', 'cpuacct'],
  skippable: true,
  async run(setup, wanted) {
    const { lab, options } = setup;
    const group = await newGroup(setup, 'cpu-quota', ['cpu', 'cpuacct']);
    await startIn(setup, group, busy(loopsFor(options.cpus)));
    const free = await watchShare(setup, group);
    await look({ lab, group }, 'before', ['cpu.stat']);
    await set({ lab, group }, ['cpu.quota', 'cpu.period'], wanted && (() => limitCpu(group, options.cpus)));
    const limited = await watchShare(setup, group);
    await look({ lab, group }, 'after', ['cpu.stat']);
    await tellShares(setup, free, limited);
    await checkShare(setup, { free: free.value, limited: limited.value, ranOut: ranOut(group) });
    await tellThrottling(setup, group, limited);
  },
};
// #endregion

/** One loop more than the quota is for, as far as there are CPUs: a single process never uses more than one. */
function loopsFor(cpus: number): number {
  return Math.min(Math.floor(cpus) + 1, usableCpus().length);
}

/** Starts half a period late: a new quota begins with a full period, whose burst belongs to none of those that are watched. */
async function watchShare({ lab, options }: Setup, group: Cgroup): Promise<Share> {
  await lab.sleep((PERIOD / 2) * 1000);
  return (await watchShares(lab, [group], options.seconds))[0] as Share;
}

async function tellShares({ lab }: Setup, free: Share, limited: Share): Promise<void> {
  const { series, interval } = limited;
  const timeline = { series: [...free.series, ...series], interval };
  await lab.measure('share of a CPU without the quota', free.value, 'cpu');
  await lab.measure('share of a CPU with the quota, and samples from before it', limited.value, 'cpu', timeline);
}

async function checkShare({ lab, options }: Setup, shares: Shares): Promise<void> {
  const { cpus, seconds } = options;
  const slack = slackOf(cpus, seconds);
  const [isNear, told] = near(shares.limited, cpus, slack);
  const excuse = isNear || shares.limited > cpus ? undefined : excuseFor(cpus, shares);
  const expected = excuse ? `at most ${(cpus + slack).toFixed(2)} (${excuse})` : told.expected;
  await lab.checkThat('the share follows the quota', isNear || excuse !== undefined, { ...told, expected });
}

/** What was measured, in CPUs, and in which part of its periods the quota ran out. */
interface Shares {
  readonly free: number;
  readonly limited: number;
  readonly ranOut: number;
}

/** Why a share may be below the quota, which is an upper bound: too few CPUs (`--quota 150%` on one), or others who want them. */
function excuseFor(cpus: number, { free, ranOut }: Shares): string | undefined {
  const [loops, here] = [plural(loopsFor(cpus), 'loop'), plural(usableCpus().length, 'CPU')];
  const tooFew = `the quota is ${cpus}, but without it ${loops} got no more than ${free.toFixed(2)}: there is ${here}`;
  if (free < cpus) return tooFew;
  return ranOut < 0.8 ? 'it was not used up, since other programs wanted the CPU as well' : undefined;
}

/** A tenth; at the ends of the measurement one period's worth, and a tick of the kernel's clock (1 to 10 ms), at which it notices. */
function slackOf(share: number, seconds: number): number {
  return share / 10 + (share * PERIOD + 0.01) / seconds;
}

function plural(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}

/** 0 to 1; without a quota there are no periods, and no excuse. */
function ranOut(group: Cgroup): number {
  const { periods, throttledPeriods } = group.cpu();
  return periods === 0 ? 1 : throttledPeriods / periods;
}

async function tellThrottling({ lab, options }: Setup, group: Cgroup, { value }: Share): Promise<void> {
  const { periods, throttledPeriods, throttledTime } = group.cpu();
  await lab.measure('periods in which the quota ran out', throttledPeriods, 'periods');
  await lab.measure('time that it was kept waiting for the next one', throttledTime, 's');
  const neverRanOut = periods > 0 && throttledPeriods === 0 && value < options.cpus;
  const told = {
    expected: neverRanOut ? 'none, since the loop never got its quota' : 'more than 0 periods',
    actual: `${throttledPeriods} of ${periods} periods`,
  };
  await lab.checkThat('the kernel counts how often the quota ran out', throttledPeriods > 0 || neverRanOut, told);
}
