import type { Cgroup } from '../../../src/cgroup/cgroup.js';
import { schedSetaffinity } from '../../../src/kernel/calls/index.js';
import { chrootInto, shell } from '../../../src/lab/script.js';
import { joinCgroup, weighCpu } from '../calls/limits.js';
import { busy } from './programs.js';
import { briefly, newGroup, removeGroup, type Setup, type Step, set } from './setup.js';
import { near, type Share, usableCpus, watchShares } from './shares.js';

/** What the heavy one should get of what both get. */
const EQUAL = { when: 'equal weights', part: 0.5, name: 'with equal weights both get the same' } as const;
const WEIGHED = { when: '300 against 100', part: 0.75, name: 'with 300 against 100 they get 75:25' } as const;

// #region cpu-weight
/** Two loops want the same CPU. */
export const cpuWeight: Step = {
  id: 'cpu-weight',
  needs: ['cpu', 'cpuacct'],
  skippable: true,
  async run(setup, wanted) {
    const { lab } = setup;
    const heavy = await loopOnOneCpu(setup, 'heavy');
    const light = await loopOnOneCpu(setup, 'light');
    await tellShares(setup, [heavy, light], EQUAL);
    await set({ lab, group: heavy }, ['cpu.weight'], wanted && (() => weighCpu(heavy, 300)));
    await set({ lab, group: light }, ['cpu.weight'], wanted && (() => weighCpu(light, 100)));
    const contended = await tellShares(setup, [heavy, light], WEIGHED);
    await removeGroup(setup, heavy);
    await tellAlone(setup, light, contended);
  },
};

/** A loop in a cgroup of its own, on the first CPU that may be used. */
async function loopOnOneCpu(setup: Setup, name: string): Promise<Cgroup> {
  const { lab } = setup;
  const group = await newGroup(setup, name, ['cpu', 'cpuacct']);
  const pin = schedSetaffinity(0, usableCpus().slice(0, 1));
  const calls = [...joinCgroup(group), pin, ...chrootInto(lab.rootfs.path), shell(busy(1))];
  await briefly(lab, () => lab.start({ calls }));
  return group;
}
// #endregion

/** Compares the two with each other, so that it does not matter what else wants that CPU. Gives the share of the light one. */
async function tellShares(
  { lab, options }: Setup,
  groups: [Cgroup, Cgroup],
  { when, part, name }: typeof EQUAL | typeof WEIGHED,
): Promise<number> {
  const [heavy, light] = (await watchShares(lab, groups, options.seconds)) as [Share, Share];
  await lab.measure(`share of the heavy one, ${when}`, heavy.value, 'cpu', heavy);
  await lab.measure(`share of the light one, ${when}`, light.value, 'cpu', light);
  await lab.checkThat(name, ...near(heavy.value / (heavy.value + light.value), part, 0.07));
  return light.value;
}

/** A weight is no limit: with nobody beside it, the light one gets all. */
async function tellAlone({ lab, options }: Setup, light: Cgroup, before: number): Promise<void> {
  const [alone] = (await watchShares(lab, [light], options.seconds / 4)) as [Share];
  await lab.measure('share of the light one, alone', alone.value, 'cpu');
  const told = { expected: `more than ${before.toFixed(2)}`, actual: alone.value.toFixed(3) };
  await lab.checkThat('alone, the light one gets more', alone.value > before * 1.2, told);
}
