import type { Cgroup } from '../../../src/cgroup/cgroup.js';
import { limitCpu } from '../calls/limits.js';
import { countTo } from './programs.js';
import { newGroup, runIn, type Setup, type Step, set } from './setup.js';

/** A tenth of a CPU. */
const QUOTA = 0.1;

/** How long something took, and how much of that it was running, in seconds. */
interface Timed {
  readonly wall: number;
  readonly cpu: number;
}

// #region fixed-work
/** The same piece of work, with all the CPU that it wants and with a tenth of one. */
export const fixedWork: Step = {
  id: 'fixed-work',
  needs: ['cpu', 'cpuacct'],
  skippable: true,
  async run(setup, wanted) {
    const { lab } = setup;
    const group = await newGroup(setup, 'fixed-work', ['cpu', 'cpuacct']);
    const work = await findWork(setup, group);
    const free = await time(setup, group, work);
    await set({ lab, group }, ['cpu.quota'], wanted && (() => limitCpu(group, QUOTA)));
    const limited = await time(setup, group, work);
    await compare(setup, free, limited);
  },
};
// #endregion

/** How far to count so that it takes a tenth of `--seconds`, and ten periods of the quota at least: tries how fast this machine is. */
async function findWork(setup: Setup, group: Cgroup): Promise<number> {
  const little = 20_000;
  const { cpu } = await time(setup, group, little);
  return Math.round((little * Math.max(0.1, setup.options.seconds / 10)) / cpu);
}

async function time({ lab }: Setup, group: Cgroup, work: number): Promise<Timed> {
  const [start, used] = [performance.now(), group.cpu().usage];
  await runIn({ lab, group }, countTo(work), `count to ${work}`);
  return { wall: (performance.now() - start) / 1000, cpu: group.cpu().usage - used };
}

async function compare({ lab }: Setup, free: Timed, limited: Timed): Promise<void> {
  await lab.measure('CPU time of the work', limited.cpu, 's');
  await lab.measure('time on the clock without the quota', free.wall, 's');
  await lab.measure('time on the clock with it', limited.wall, 's');
  const waited = free.wall > 1.25 * free.cpu;
  const longer = waited ? 'times longer, though without the quota it had to wait, too' : 'times longer';
  await lab.measure(longer, limited.wall / free.wall, 'times');
  // Against its own CPU time: on a busy machine the free run waits as well, for others.
  const stretch = limited.wall / limited.cpu;
  const told = { expected: 'from 7 to 14 times its CPU time', actual: `${stretch.toFixed(1)} times` };
  await lab.checkThat(
    'with a tenth of a CPU it takes about ten times its CPU time',
    stretch >= 7 && stretch <= 14,
    told,
  );
}
