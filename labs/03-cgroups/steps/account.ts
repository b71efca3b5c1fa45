import type { Cgroup } from '../../../src/cgroup/cgroup.js';
import { hostFile } from '../../../src/lab/observation.js';
import { countTo, hog } from './programs.js';
import { look, newGroup, runIn, type Step } from './setup.js';

const MEBIBYTES = 16;

/** Takes memory, counts in a process of its own and then itself, and prints the CPU time of both, by the shell's own clock. */
const PROGRAM = `${hog(MEBIBYTES, MEBIBYTES)}
(${countTo(50_000)})
${countTo(50_000)}
times`;

// #region account
/** A program and its children come and go, and the cgroup remembers. */
export const account: Step = {
  id: 'account',
  needs: ['cpuacct', 'memory'],
  skippable: false,
  async run(setup) {
    const { lab } = setup;
    const group = await newGroup(setup, 'account', ['cpuacct', 'memory']);
    await look({ lab, group }, 'before', ['procs', 'cpu.usage', 'memory.current']);
    const { output } = await runIn({ lab, group }, PROGRAM, `take ${MEBIBYTES} MiB, count, and say the times`);
    await look({ lab, group }, 'after', ['procs', 'cpu.usage', 'memory.current']);
    await lab.check('its processes are all gone', 0, group.procs().length);
    await lab.checkThat('their CPU time is not: it is what they measured themselves', ...sameTime(group, output));
    if (group.memory().peak !== null) {
      await lab.observe('after', hostFile(group.file('memory.peak')));
      await lab.checkThat('nor is their peak memory', ...atLeast(group, MEBIBYTES));
    }
  },
};
// #endregion

/** Within a tenth, and a tick of the shell's clock (10 ms) for each of the four figures that it gives. */
function sameTime(group: Cgroup, output: string): [boolean, { expected: string; actual: string }] {
  const [measured, counted] = [secondsIn(output), group.cpu().usage];
  const told = { expected: `${measured.toFixed(2)} s`, actual: `${counted.toFixed(3)} s` };
  return [Math.abs(counted - measured) <= measured / 10 + 0.04, told];
}

/** The sum of what the shell's `times` printed, such as `0m0.120s 0m0.010s` for itself, and again for its children. */
export function secondsIn(output: string): number {
  const times = [...output.matchAll(/(\d+)m([\d.]+)s/g)];
  return times.reduce((sum, [, minutes, seconds]) => sum + 60 * Number(minutes) + Number(seconds), 0);
}

function atLeast(group: Cgroup, mebibytes: number): [boolean, { expected: string; actual: string }] {
  const { current, peak } = group.memory();
  const inMib = (bytes: number) => `${(bytes / 2 ** 20).toFixed(1)} MiB`;
  const told = { expected: `at least ${mebibytes} MiB`, actual: `${inMib(peak ?? 0)}; now ${inMib(current)}` };
  return [(peak ?? 0) >= mebibytes * 2 ** 20, told];
}
