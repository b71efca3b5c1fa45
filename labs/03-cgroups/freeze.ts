import type { Cgroup } from '../../src/cgroup/cgroup.js';
import type { Telling } from '../../src/lab/definition.js';
import { hostLines } from '../../src/lab/sight.js';
import { readProcess } from '../../src/probe/processes.js';
import { type Bench, dissolve, newGroup, type Step, set, startIn } from './bench.js';
import { freezeGroup, thawGroup } from './limits.js';
import { busy } from './programs.js';
import { type Share, watchShares } from './shares.js';

// #region freeze
/** A loop is stopped in the middle, and goes on as if nothing had been. */
export const freeze: Step = {
  id: 'freeze',
  needs: ['freezer', 'cpuacct'],
  skippable: true,
  async *run(bench, wanted) {
    const { lab } = bench;
    const group = yield* newGroup(bench, 'freeze', ['freezer', 'cpuacct']);
    const { pid } = yield* startIn(bench, group, busy(1));
    yield* tellProgress(bench, group, 'cpu-share-before');

    yield* set({ lab, group }, ['freeze', 'frozen'], wanted && (() => freezeGroup(group)));
    yield* lab.observe('during', hostLines(`/proc/${pid}/status`, /^State/));
    const used = yield* tellProgress(bench, group, 'cpu-share-frozen');
    yield* lab.check('frozen, it makes no progress', '0 µs of CPU time', inMicroseconds(used));
    yield* lab.check('but it is there', 'sh', readProcess(pid)?.comm ?? null);

    yield* set({ lab, group }, ['freeze'], wanted && (() => thawGroup(group)));
    const later = yield* tellProgress(bench, group, 'cpu-share-thawed');
    const told = { expected: 'more than 0 µs of CPU time', actual: inMicroseconds(later) };
    yield* lab.checkThat('thawed, it goes on', later > 0, told);
    yield* dissolve(bench, group);
  },
};
// #endregion

/** Watches for a while, and tells the share. CPU time used meanwhile, in seconds. */
async function* tellProgress({ lab, options }: Bench, group: Cgroup, name: string): Telling<number> {
  const before = group.cpu().usage;
  const [share] = (await watchShares(lab, [group], options.seconds / 4)) as [Share];
  yield* lab.measure(name, share.value, 'cpu');
  return group.cpu().usage - before;
}

function inMicroseconds(seconds: number): string {
  return `${Math.round(seconds * 1e6)} µs of CPU time`;
}
