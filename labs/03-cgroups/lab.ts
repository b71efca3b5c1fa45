import type { LabDefinition } from '../../src/lab/definition.js';
import { account } from './steps/account.js';
import { cpuQuota } from './steps/cpu-quota.js';
import { cpuWeight } from './steps/cpu-weight.js';
import { cpuset } from './steps/cpuset.js';
import { fixedWork } from './steps/fixed-work.js';
import { freeze } from './steps/freeze.js';
import { join } from './steps/join.js';
import { memoryLimit } from './steps/memory-limit.js';
import { parseOptions, readMachine } from './steps/options.js';
import { pidsLimit } from './steps/pids-limit.js';
import { doStep, makeSetup, type Step } from './steps/setup.js';

/** The table of contents: a module each, in labs/03-cgroups/. */
const STEPS: readonly Step[] = [
  join, //        a cgroup is a directory, and one write puts a process into it
  cpuQuota, //    limit: a loop that takes a whole CPU gets a fifth of it
  fixedWork, //   limit: what that means for work that has an end
  memoryLimit, // limit: who takes more memory is killed, 137
  pidsLimit, //   limit: a fork bomb that fizzles out
  cpuset, //      limit: which CPUs, not how much of them
  cpuWeight, //   prioritise: two loops on one CPU, 3:1
  account, //     account: what processes used, known after they are gone
  freeze, //      control: stop everything, and let it go on
];

export const cgroupsLab: LabDefinition = {
  id: '03-cgroups',
  steps: STEPS.map(({ id }) => id),
  skippable: STEPS.filter(({ skippable }) => skippable).map(({ id }) => id),
  unskippable: {
    account: 'it sets nothing: it reads what the kernel has counted',
  },
  check: (flags) => void parseOptions(flags, readMachine()),
  async run(lab, flags) {
    const setup = makeSetup(lab, flags);
    for (const step of STEPS) await doStep(setup, step);
  },
};
