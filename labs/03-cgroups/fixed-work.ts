import type { Cgroup } from '../../src/cgroup/cgroup.js';
import type { Telling } from '../../src/lab/definition.js';
import { type Bench, dissolve, newGroup, runIn, type Step, set } from './bench.js';
import { limitCpu } from './limits.js';
import { countTo } from './programs.js';

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
  async *run(bench, wanted) {
    const { lab } = bench;
    const group = yield* newGroup(bench, 'fixed-work', ['cpu', 'cpuacct']);
    const work = yield* findWork(bench, group);
    const free = yield* time(bench, group, work);
    yield* set({ lab, group }, ['cpu.quota'], wanted && (() => limitCpu(group, QUOTA)));
    const limited = yield* time(bench, group, work);
    yield* compare(bench, free, limited);
    yield* dissolve(bench, group);
  },
};
// #endregion

/** How far to count so that it takes a tenth of `--seconds`, and ten periods of the quota at least: tries how fast this machine is. */
async function* findWork(bench: Bench, group: Cgroup): Telling<number> {
  const little = 20_000;
  const { cpu } = yield* time(bench, group, little);
  return Math.round((little * Math.max(0.1, bench.options.seconds / 10)) / cpu);
}

async function* time({ lab }: Bench, group: Cgroup, work: number): Telling<Timed> {
  const [start, used] = [performance.now(), group.cpu().usage];
  yield* runIn({ lab, group }, countTo(work), `count to ${work}`);
  return { wall: (performance.now() - start) / 1000, cpu: group.cpu().usage - used };
}

async function* compare({ lab }: Bench, free: Timed, limited: Timed): Telling {
  yield* lab.measure('cpu-time', limited.cpu, 's');
  yield* lab.measure('time-unlimited', free.wall, 's');
  yield* lab.measure('time-limited', limited.wall, 's');
  yield* lab.measure('times-longer', limited.wall / free.wall, 'times');
  // Against its own CPU time: on a busy machine the free run has to wait as well, for others.
  const stretch = limited.wall / limited.cpu;
  const told = { expected: 'from 7 to 14 times its CPU time', actual: `${stretch.toFixed(1)} times` };
  yield* lab.checkThat('with a tenth of a CPU it takes about ten times as long', stretch >= 7 && stretch <= 14, told);
}
