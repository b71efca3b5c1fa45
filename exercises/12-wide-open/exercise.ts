import { dirname } from 'node:path';
import { privateMounts } from '../../labs/01-pid-namespace/calls/proc.js';
import { joinCgroup } from '../../labs/03-cgroups/calls/limits.js';
import { ALL_NAMESPACES } from '../../labs/05-exec/calls/enter.js';
import type { Cgroup } from '../../src/cgroup/cgroup.js';
import { openTriedCgroups } from '../../src/cgroup/trial.js';
import { containerOf, startContainerIn } from '../../src/exercise/container.js';
import { type Facts, type ShellStage, shellExercise } from '../../src/exercise/definition.js';
import { gone, same } from '../../src/exercise/look.js';
import { close } from '../../src/kernel/calls/index.js';
import { MOVE_MOUNT_F_EMPTY_PATH, moveMount, OPEN_TREE_CLONE, openTree } from '../../src/kernel/calls/mount-api.js';
import { AT_FDCWD, CLONE_NEWPID } from '../../src/kernel/constants.js';
import type { Child } from '../../src/kernel/process.js';
import type { Lab } from '../../src/lab/lab.js';
import { shellThatStays } from '../../src/lab/script.js';
import { membershipIn, readProcCgroup } from '../../src/procfs/cgroups.js';
import { findMount, readMountinfo } from '../../src/procfs/mountinfo.js';
import { processesIn, readNamespace, readNspid } from '../../src/procfs/namespaces.js';
import { listProcesses, type Process, startTime } from '../../src/procfs/processes.js';

type Id = 'a' | 'b' | 'c';

export const wideOpen = shellExercise({
  id: '12-wide-open',
  form: 'shell',
  facts: ['a', 'b', 'c'],
  wrong: { 'all-ended': 'a', 'from-outside': 'a', 'one-of-two': 'b', 'first-alone': 'c' },
  needsCgroup: true,
  needsRoot: 'one of its containers has the host’s root file system, which an ordinary user cannot attach anew',
  async prepare(lab, box): Promise<ShellStage<Id>> {
    const cgroup = openTriedCgroups().create(`exercise-${process.pid}`, ['pids']);
    lab.atEnd(() => cgroup.remove());
    cgroup.setPidsLimit(LIMIT);
    const a = await startContainerIn(lab, box, withHost(lab, cgroup));
    const b = await startContainerIn(lab, box, amongOthers(lab, cgroup));
    const c = await startContainerIn(lab, box, containerOf(lab, [STAY]));
    await lab.until(() => [a, b, c].every((one) => membersOf(one).length > 1), PATIENCE);
    const numbers = { A: a, B: b, C: c };
    const pids = Object.entries(numbers).map(([name, { pid }]) => [name, inBox(box, pid)]);
    const given = { ...Object.fromEntries(pids), CGROUP: dirname(cgroup.file('pids.limit')) };
    return { given, facts: factsOf({ box, a, b, c, cgroup }) };
  },
});

/** Processes of each of them; two are enough for what they do. */
const LIMIT = 16;
/** Milliseconds in which shells have their turn, on a busy machine too. */
const PATIENCE = 3_000;
/** A program and a child of it: whoever does something to the first alone has done half of it. */
const STAY = shellThatStays('(sleep 3600 &)');

/** All that the host's root file system has lies on its /mnt. */
function withHost(lab: Lab, cgroup: Cgroup) {
  const tree = openTree(AT_FDCWD, '/', OPEN_TREE_CLONE);
  const attach = [moveMount(tree, '', AT_FDCWD, '/mnt', MOVE_MOUNT_F_EMPTY_PATH), close(tree), STAY];
  const { calls, ...container } = containerOf(lab, attach);
  return { ...container, calls: [...joinCgroup(cgroup), ...privateMounts(), tree, ...calls] };
}

/** It has the PID namespace of its host, and can see and end what runs there. */
function amongOthers(lab: Lab, cgroup: Cgroup) {
  const { calls } = containerOf(lab, [STAY]);
  return { namespaces: ALL_NAMESPACES & ~CLONE_NEWPID, calls: [...joinCgroup(cgroup), ...calls] };
}

/** What runs in a container: it has a mount namespace of its own, if nothing else. */
function membersOf({ pid }: Child): Process[] {
  const mounts = readNamespace(pid, 'mnt');
  return listProcesses().filter((one) => readNamespace(one.pid, 'mnt') === mounts);
}

/** The number that a process has in the box, from outermost to innermost. */
function inBox(box: Child, pid: number): string {
  return `${readNspid(pid)?.at((readNspid(box.pid)?.length ?? 0) - 1)}`;
}

interface Prepared extends Readonly<Record<Id, Child>> {
  readonly box: Child;
  readonly cgroup: Cgroup;
}

function factsOf({ box, a, b, c, cgroup }: Prepared): Facts<Id> {
  const [begunA, begunC] = [a, c].map(({ pid }) => startTime(pid));
  const all = membersOf(b).map(({ pid }) => ({ pid, begun: startTime(pid) }));
  const namespace = readNamespace(c.pid, 'pid');
  return {
    a: () => {
      if (startTime(a.pid) !== begunA) return gone(`/proc/${a.pid}`);
      const host = findMount(readMountinfo(box.pid), '/');
      const left = readMountinfo(a.pid).find(({ device, root }) => device === host?.device && root === host.root);
      return same(`/proc/${a.pid}/mountinfo`, 'none', left?.mountPoint ?? 'none');
    },
    b: () => {
      const left = all.filter(({ pid, begun }) => startTime(pid) === begun);
      return same(`/proc/${left[0]?.pid ?? b.pid}`, 'gone', left.length > 0 ? `${left.length}` : 'gone');
    },
    c: () => {
      if (startTime(c.pid) !== begunC) return gone(`/proc/${c.pid}`);
      const pids = processesIn(namespace).map(({ pid }) => pid);
      const outside = pids.find((pid) => !pathOf(pid).endsWith(`/${cgroup.name}`));
      return { held: outside === undefined, at: `/proc/${outside ?? c.pid}/cgroup`, says: pathOf(outside ?? c.pid) };
    },
  };
}

function pathOf(pid: number): string {
  return membershipIn(readProcCgroup(pid), 'pids')?.path ?? 'none';
}
