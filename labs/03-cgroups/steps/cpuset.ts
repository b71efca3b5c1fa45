import { changeOf } from '../../../src/lab/cause.js';
import { hostLines } from '../../../src/lab/observation.js';
import { readStatus } from '../../../src/procfs/status.js';
import { limitToCpus } from '../calls/limits.js';
import { busy } from './programs.js';
import { newGroup, type Step, set, startIn } from './setup.js';
import { type Share, usableCpus, watchShares } from './shares.js';

// #region cpuset
/** Two loops keep two CPUs busy, until they are told to share one. */
export const cpuset: Step = {
  id: 'cpuset',
  needs: ['cpuset', 'cpuacct'],
  skippable: true,
  obstacle: () => (usableCpus().length > 1 ? undefined : 'there is only one CPU, which everything is on already.'),
  async run(setup, wanted) {
    const { lab, options } = setup;
    const group = await newGroup(setup, 'cpuset', ['cpuset', 'cpuacct']);
    const { pid } = await startIn(setup, group, busy(2));
    const [free] = (await watchShares(lab, [group], options.seconds / 2)) as [Share];
    await lab.observe('before', hostLines(`/proc/${pid}/status`, /^Cpus_allowed_list/));

    const cpu = String(usableCpus()[0]);
    await set({ lab, group }, ['cpuset.cpus'], wanted && (() => limitToCpus(group, cpu)));
    const [limited] = (await watchShares(lab, [group], options.seconds / 2)) as [Share];
    await lab.observe(
      'after',
      hostLines(`/proc/${pid}/status`, /^Cpus_allowed_list/),
      changeOf(group.file('cpuset.cpus')),
    );

    await lab.measure('share of a CPU of the two loops', free.value, 'cpu');
    await lab.measure('the same when they share one CPU', limited.value, 'cpu');
    await lab.check('the processes may use this CPU only', cpu, allowedCpus(pid));
    const told = { expected: 'at most 1.10', actual: limited.value.toFixed(3) };
    await lab.checkThat('together they get no more than one CPU', limited.value <= 1.1, told);
  },
};
// #endregion

function allowedCpus(pid: number): string | null {
  return readStatus(pid)?.fields.get('Cpus_allowed_list') ?? null;
}
