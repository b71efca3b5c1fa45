import type { Cgroup } from '../../../src/cgroup/cgroup.js';
import { hostLines } from '../../../src/lab/observation.js';
import { readProcess } from '../../../src/procfs/processes.js';
import { freezeGroup, thawGroup } from '../calls/limits.js';
import { busy } from './programs.js';
import { newGroup, type Setup, type Step, set, startIn } from './setup.js';
import { type Share, watchShares } from './shares.js';

// #region freeze
/** A loop is stopped in the middle, and goes on as if nothing had been. */
export const freeze: Step = {
  id: 'freeze',
  needs: ['freezer', 'cpuacct'],
  skippable: true,
  async run(setup, wanted) {
    const { lab } = setup;
    const group = await newGroup(setup, 'freeze', ['freezer', 'cpuacct']);
    const { pid } = await startIn(setup, group, busy(1));
    await tellProgress(setup, group, 'share of a CPU before it is frozen');

    await set({ lab, group }, ['freeze', 'frozen'], wanted && (() => freezeGroup(group)));
    await lab.observe('during', hostLines(`/proc/${pid}/status`, /^State/));
    const used = await tellProgress(setup, group, 'share of a CPU while it is frozen');
    await lab.check('frozen, it makes no progress', '0 µs of CPU time', inMicroseconds(used));
    await lab.check('but it still exists', 'sh', readProcess(pid)?.comm ?? null);

    await set({ lab, group }, ['freeze'], wanted && (() => thawGroup(group)));
    const later = await tellProgress(setup, group, 'share of a CPU when it is thawed');
    const told = { expected: 'more than 0 µs of CPU time', actual: inMicroseconds(later) };
    await lab.checkThat('thawed, it continues', later > 0, told);
  },
};
// #endregion

/** Watches for a while, and tells the share. CPU time used meanwhile, in seconds. */
async function tellProgress({ lab, options }: Setup, group: Cgroup, name: string): Promise<number> {
  const before = group.cpu().usage;
  const [share] = (await watchShares(lab, [group], options.seconds / 4)) as [Share];
  await lab.measure(name, share.value, 'cpu');
  return group.cpu().usage - before;
}

function inMicroseconds(seconds: number): string {
  return `${Math.round(seconds * 1e6)} µs of CPU time`;
}
