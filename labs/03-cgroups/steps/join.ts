import { readdirSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import type { Cgroup } from '../../../src/cgroup/cgroup.js';
import type { Child } from '../../../src/kernel/process.js';
import { changeOf, madeBy } from '../../../src/lab/cause.js';
import { hostFile, type Observation, observed } from '../../../src/lab/observation.js';
import { chrootInto, shell } from '../../../src/lab/script.js';
import { readProcCgroup } from '../../../src/procfs/cgroups.js';
import { listProcesses } from '../../../src/procfs/processes.js';
import { joinCgroup } from '../calls/limits.js';
import { createGroup, type Setup, type Step } from './setup.js';

/** The first step: what a cgroup is, and how a process gets into one. */
export const join: Step = {
  id: 'join',
  needs: ['freezer'],
  skippable: true,
  async run(setup) {
    const { lab } = setup;
    const group = await makeDirectory(setup);
    const { child, before } = await startTwoChildren(setup, group);
    await lab.observe('before', before);
    await lab.observe('after', membership(child.pid), madeBy(child, 'write'));
    await lab.check('the process is in the cgroup', `/tslab/${group.name}`, ownCgroup(child.pid, group));
    await lab.check('its children are in it as well', 'cat, cat', childrenInside(child, group));
    await lab.check('tslab itself is', 'elsewhere', ownCgroup(process.pid, group));
    lab.afterStep(async () => {
      child.stdin?.destroy();
      await child.exited;
      await lab.doing(() => group.remove());
    });
  },
};

/** Making a cgroup is making a directory; the kernel fills it. */
async function makeDirectory(setup: Setup): Promise<Cgroup> {
  const group = await setup.lab.doing(() => createGroup(setup, 'join', ['freezer']));
  const directory = dirname(group.file('procs'));
  await setup.lab.observe('before', observed('host', directory, null));
  const files = readdirSync(directory).sort().join(' ');
  await setup.lab.observe('after', observed('host', directory, files), changeOf(directory));
  return group;
}

// #region join
/** A shell and two children that wait for tslab to close their input. They are looked at before they go in: at the gate. */
async function startTwoChildren({ lab }: Setup, group: Cgroup): Promise<{ child: Child; before: Observation }> {
  let before = observed('host', '', null);
  const moved = lab.unlessSkipped('join', joinCgroup(group));
  const calls = [...moved, ...chrootInto(lab.rootfs.path), shell('cat | cat')];
  const child = await lab.start({ calls, stdio: ['pipe', 'null', 'null'] }, (pid) => {
    before = membership(pid);
  });
  await lab.until(() => childrenOf(child).length === 2, 5_000);
  return { child, before };
}
// #endregion

function membership(pid: number): Observation {
  return hostFile(`/proc/${pid}/cgroup`);
}

/** The cgroup of a process, where it is this one. */
function ownCgroup(pid: number, group: Cgroup): string {
  const path = readProcCgroup(pid).find((one) => basename(one.path) === group.name)?.path;
  return path ? path.slice(path.lastIndexOf('/tslab/')) : 'elsewhere';
}

function childrenInside(child: Child, group: Cgroup): string {
  const inside = group.procs();
  const names = childrenOf(child).filter(({ pid }) => inside.includes(pid));
  return names.map(({ comm }) => comm).join(', ') || 'no child is in it';
}

function childrenOf({ pid }: Child) {
  return listProcesses().filter(({ ppid, comm }) => ppid === pid && comm === 'cat');
}
