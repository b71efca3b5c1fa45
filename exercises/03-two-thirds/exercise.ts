import { dirname } from 'node:path';
import type { Cgroup } from '../../src/cgroup/cgroup.js';
import { openTriedCgroups } from '../../src/cgroup/trial.js';
import { type Facts, shellExercise } from '../../src/exercise/definition.js';
import type { Child } from '../../src/kernel/process.js';
import type { Lab } from '../../src/lab/lab.js';
import { shell } from '../../src/lab/script.js';
import { isAlive, startTime } from '../../src/procfs/processes.js';

type Id = 'same' | 'ratio' | 'together';

export const twoThirds = shellExercise({
  id: '03-two-thirds',
  form: 'shell',
  facts: ['same', 'ratio', 'together'],
  wrong: { halves: 'ratio', 'too-little': 'together', 'one-stopped': 'ratio' },
  needsCgroup: true,
  async prepare(lab) {
    const [a, b] = [await startLoop(lab, 'a'), await startLoop(lab, 'b')];
    return { given: { A: directoryOf(a), B: directoryOf(b) }, facts: factsOf(lab, a, b) };
  },
});

/** A program that never rests, in a cgroup of its own. */
interface Loop {
  readonly cgroup: Cgroup;
  readonly child: Child;
  readonly begun: number;
}

async function startLoop(lab: Lab, name: string): Promise<Loop> {
  const cgroup = openTriedCgroups().create(`exercise-${name}-${process.pid}`, ['cpu', 'cpuacct', 'freezer']);
  lab.atEnd(() => cgroup.remove());
  const child = await lab.start({ calls: [...cgroup.joinCalls(), shell('while :; do :; done')] });
  return { cgroup, child, begun: startTime(child.pid) ?? 0 };
}

function directoryOf({ cgroup }: Loop): string {
  return dirname(cgroup.file('cpu.weight'));
}

/** Milliseconds over which CPU time is measured: twenty periods of 100 ms. */
const MEASURED = 2_000;
/** What is asked for, and how far from it is still right: of one CPU, and of b's share. */
const [TOGETHER, TOGETHER_OFF] = [0.3, 0.04];
const [RATIO, RATIO_OFF] = [2, 0.25];

function factsOf(lab: Lab, a: Loop, b: Loop): Facts<Id> {
  let [ofA, ofB] = [0, 0];
  const near = (actual: number, wanted: number, off: number) => Math.abs(actual - wanted) <= off;
  return {
    same: () => {
      const lost = [a, b].find((one) => !isStill(one));
      const { child, cgroup } = lost ?? a;
      return { held: lost === undefined, at: cgroup.file('procs'), says: lost ? 'not there' : `${child.pid}` };
    },
    ratio: async () => {
      [ofA, ofB] = await shares(lab, a, b);
      return {
        held: near(ofA / ofB, RATIO, RATIO_OFF),
        at: a.cgroup.file('cpu.usage'),
        says: `${percent(ofA)}, ${percent(ofB)}`,
      };
    },
    together: () => {
      const sum = ofA + ofB;
      return { held: near(sum, TOGETHER, TOGETHER_OFF), at: b.cgroup.file('cpu.usage'), says: percent(sum) };
    },
  };
}

function isStill({ cgroup, child: { pid }, begun }: Loop): boolean {
  return isAlive(pid, begun) && cgroup.procs().includes(pid);
}

/** CPU time of both over a while, of one CPU, by the counters of their cgroups. */
async function shares(lab: Lab, a: Loop, b: Loop): Promise<[number, number]> {
  const read = () => [a, b].map(({ cgroup }) => cgroup.cpu().usage) as [number, number];
  const [begun, before] = [performance.now(), read()];
  await lab.sleep(MEASURED);
  const after = read();
  const seconds = (performance.now() - begun) / 1000;
  return [(after[0] - before[0]) / seconds, (after[1] - before[1]) / seconds];
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}
