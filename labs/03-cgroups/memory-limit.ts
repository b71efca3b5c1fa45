import type { Cgroup } from '../../src/cgroup/cgroup.js';
import type { Telling } from '../../src/lab/definition.js';
import type { Finished } from '../../src/lab/lab.js';
import { type Bench, dissolve, look, newGroup, runIn, type Step, set } from './bench.js';
import { limitMemory } from './limits.js';
import { hog } from './programs.js';

const MIB = 2 ** 20;

// #region memory-limit
/** A program takes twice the limit: first there is none, then there is. */
export const memoryLimit: Step = {
  id: 'memory-limit',
  needs: ['memory'],
  skippable: true,
  async *run(bench, wanted) {
    const { lab, options } = bench;
    const free = yield* newGroup(bench, 'memory-free', ['memory']);
    const unharmed = yield* takeTwice(bench, free);
    yield* tellFree(bench, free, unharmed);

    const group = yield* newGroup(bench, 'memory-limit', ['memory']);
    yield* look({ lab, group }, 'before', ['memory.events']);
    yield* set({ lab, group }, ['memory.limit'], wanted && (() => limitMemory(group, options.memory)));
    const killed = yield* takeTwice(bench, group);
    yield* look({ lab, group }, 'after', ['memory.events']);
    yield* tellLimited(bench, group, killed);
  },
};
// #endregion

function takeTwice({ lab, options }: Bench, group: Cgroup): Telling<Finished> {
  const mebibytes = Math.ceil((2 * options.memory) / MIB);
  const script = hog(mebibytes, Math.ceil(mebibytes / 8));
  return runIn({ lab, group }, script, `take ${mebibytes} MiB`);
}

async function* tellFree(bench: Bench, group: Cgroup, { status }: Finished): Telling {
  const { peak } = group.memory();
  if (peak !== null) yield* bench.lab.measure('peak-unlimited', peak, 'bytes');
  yield* bench.lab.check('without a limit it gets what it asks for: exit status', 0, status);
  yield* dissolve(bench, group);
}

async function* tellLimited(bench: Bench, group: Cgroup, { status }: Finished): Telling {
  const { lab, options } = bench;
  const { peak, oomKills } = group.memory();
  yield* lab.check('with the limit it is killed: exit status 128 + SIGKILL', 137, status);
  yield* lab.check('the kernel counts the kill', 1, oomKills);
  if (peak !== null) {
    yield* lab.measure('peak', peak, 'bytes');
    // A process that is being killed may still be given a few pages, so that it can end.
    const told = { expected: `at most ${inMib(options.memory)}`, actual: inMib(peak) };
    yield* lab.checkThat('it never had more than the limit', peak <= options.memory * 1.05, told);
  }
  yield* dissolve(bench, group);
}

function inMib(bytes: number): string {
  return `${Math.round((bytes / MIB) * 10) / 10} MiB`;
}
