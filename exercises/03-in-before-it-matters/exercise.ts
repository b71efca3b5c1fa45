import { dirname } from 'node:path';
import type { Cgroup } from '../../src/cgroup/cgroup.js';
import { openTriedCgroups } from '../../src/cgroup/trial.js';
import { type Facts, type ListStage, listExercise } from '../../src/exercise/definition.js';
import { CLONE_NEWPID } from '../../src/kernel/constants.js';
import type { Child } from '../../src/kernel/process.js';
import type { Lab } from '../../src/lab/lab.js';
import { readProcCgroup } from '../../src/procfs/cgroups.js';
import { processesIn, readNamespace } from '../../src/procfs/namespaces.js';
import { ifReadable } from '../../src/procfs/proc.js';

type Id = 'running' | 'all-in' | 'counted';

export const inBeforeItMatters = listExercise({
  id: '03-in-before-it-matters',
  form: 'list',
  facts: ['running', 'all-in', 'counted'],
  wrong: { 'by-the-program': 'all-in', 'behind-the-root': 'calls', raised: 'counted' },
  needsCgroup: true,
  prepare(lab): ListStage<Id> {
    const cgroup = openTriedCgroups().create(`exercise-${process.pid}`, ['pids']);
    lab.atEnd(() => cgroup.remove());
    cgroup.setPidsLimit(LIMIT);
    return {
      given: { cgroup: dirname(cgroup.file('pids.limit')), root: lab.rootfs.path, script: SCRIPT },
      run: async (calls) => factsOf(lab, cgroup, await lab.start({ namespaces: CLONE_NEWPID, calls })),
    };
  },
});

/** How many processes the program may have; it starts more than twice as many. */
const LIMIT = 16;
/** So many are enough to see: a shell that may not fork ends. */
const MANY = LIMIT / 2;
/** A pipeline of processes that carries nothing, since `&` wants a /dev/null, which a bare root lacks. */
const SCRIPT = '(f() { [ $1 -eq 0 ] || sleep 600 | f $(($1 - 1)); }; f 30) 2>&-; exec sleep 3600';

/** Milliseconds in which shells have their turn, on a busy machine too. */
const PATIENCE = 3_000;

function factsOf(lab: Lab, cgroup: Cgroup, { pid }: Child): Facts<Id> {
  const name = `/tslab/${cgroup.name}`;
  const namespace = readNamespace(pid, 'pid');
  const outside: number[] = [];
  const look = () => {
    const pids = processesIn(namespace).map((one) => one.pid);
    outside.push(...pids.filter((one) => !isIn(one, name)));
    return pids.length;
  };
  return {
    running: async () => {
      const held = await lab.until(() => look() >= MANY, PATIENCE);
      return { held, at: `/proc/${pid}/ns/pid`, says: `${look()}` };
    },
    'all-in': () => {
      const [one = pid] = outside;
      const says =
        ifReadable(() =>
          readProcCgroup(one)
            .map(({ path }) => path)
            .find((path) => path !== '/'),
        ) ?? '/';
      return { held: outside.length === 0, at: `/proc/${one}/cgroup`, says };
    },
    counted: async () => {
      const held = await lab.until(() => cgroup.pids().refused > 0, PATIENCE);
      return { held, at: cgroup.file('pids.events'), says: `max ${cgroup.pids().refused}` };
    },
  };
}

/** What is gone meanwhile is nowhere. */
function isIn(pid: number, name: string): boolean {
  const all = ifReadable(() => readProcCgroup(pid));
  return all === null || all.some(({ path }) => path.endsWith(name));
}
