import type { Cgroup } from '../../../src/cgroup/cgroup.js';
import type { Finished } from '../../../src/lab/lab.js';
import { limitMemory } from '../calls/limits.js';
import { hog } from './programs.js';
import { look, newGroup, removeGroup, runIn, type Setup, type Step, set } from './setup.js';

const MIB = 2 ** 20;

// #region memory-limit
/** A program takes twice the limit: first there is none, then there is. */
export const memoryLimit: Step = {
  id: 'memory-limit',
  needs: ['memory'],
  skippable: true,
  async run(setup, wanted) {
    const { lab, options } = setup;
    const free = await newGroup(setup, 'memory-free', ['memory']);
    const unharmed = await takeTwice(setup, free);
    await tellFree(setup, free, unharmed);

    const group = await newGroup(setup, 'memory-limit', ['memory']);
    await look({ lab, group }, 'before', ['memory.events']);
    await set({ lab, group }, ['memory.limit'], wanted && (() => limitMemory(group, options.memory)));
    const killed = await takeTwice(setup, group);
    await look({ lab, group }, 'after', ['memory.events']);
    await tellLimited(setup, group, killed);
  },
};
// #endregion

function takeTwice({ lab, options }: Setup, group: Cgroup): Promise<Finished> {
  const mebibytes = Math.ceil((2 * options.memory) / MIB);
  const script = hog(mebibytes, Math.ceil(mebibytes / 8));
  return runIn({ lab, group }, script, `take ${mebibytes} MiB`);
}

async function tellFree(setup: Setup, group: Cgroup, { status }: Finished): Promise<void> {
  const { peak } = group.memory();
  if (peak !== null) await setup.lab.measure('most memory without the limit', peak, 'bytes');
  await setup.lab.check('without a limit it gets what it asks for: exit status', 0, status);
  await removeGroup(setup, group);
}

async function tellLimited(setup: Setup, group: Cgroup, { status }: Finished): Promise<void> {
  const { lab, options } = setup;
  const { peak, oomKills } = group.memory();
  await lab.check('with the limit it is killed: exit status 128 + SIGKILL', 137, status);
  await lab.check('the kernel counts the kill', 1, oomKills);
  if (peak !== null) {
    await lab.measure('most memory with the limit', peak, 'bytes');
    // A process that is being killed may still be given a few pages, so that it can end.
    const told = { expected: `at most ${inMib(options.memory)}`, actual: inMib(peak) };
    await lab.checkThat('it never had more than the limit', peak <= options.memory * 1.05, told);
  }
}

function inMib(bytes: number): string {
  return `${Math.round((bytes / MIB) * 10) / 10} MiB`;
}
