import type { Cgroups } from '../../../src/cgroup/open.js';
import { cgroupsOrReason } from '../../../src/cgroup/trial.js';
import { mount } from '../../../src/kernel/calls/index.js';
import * as k from '../../../src/kernel/constants.js';
import type { Child } from '../../../src/kernel/process.js';
import type { Syscall } from '../../../src/kernel/syscall.js';
import { madeBy } from '../../../src/lab/cause.js';
import type { Lab } from '../../../src/lab/lab.js';
import { observed } from '../../../src/lab/observation.js';
import { shellThatStays } from '../../../src/lab/script.js';
import { type Mount, readMountinfo } from '../../../src/procfs/mountinfo.js';
import { readNamespace } from '../../../src/procfs/namespaces.js';
import { privateMounts } from '../../01-pid-namespace/calls/proc.js';
import { ownCgroupRoot } from '../calls/cgroup-root.js';

const NONE = 'This kernel has no cgroup namespaces: they come with Linux 4.6 and CONFIG_CGROUPS.';

const NO_PIDS = 'The controller pids is not there for this process. tslab doctor says what would help.';

/** Does the step, or tells why this machine cannot. */
export async function ownCgroupNamespace(lab: Lab): Promise<void> {
  const cgroups = cgroupsOrReason();
  if (typeof cgroups === 'string') return lab.cannot('cgroup-ns', `${cgroups} tslab doctor says what would help.`);
  if (readNamespace('self', 'cgroup') === null) return lab.cannot('cgroup-ns', NONE);
  if (!cgroups.controllers.has('pids')) return lab.cannot('cgroup-ns', NO_PIDS);
  await lab.step('cgroup-ns');
  await hidePath(lab, cgroups);
}

// #region cgroup
async function hidePath(lab: Lab, cgroups: Cgroups): Promise<void> {
  const name = `07-uts-ipc-${process.pid}`;
  const cgroup = await lab.doing(() => cgroups.create(name, ['pids']));
  lab.atEnd(() => cgroup.remove());
  lab.afterStep(() => lab.doing(() => cgroup.remove()));
  const join = cgroup.joinCalls();
  const pids = hierarchyOfPids();
  const before = await look(lab, join, pids.mountPoint);
  await lab.observe('before', observed('container', '/proc/self/cgroup', before.path));
  await lab.check('the container’s cgroup, as it reads it: the host’s path', name, before.path.split('/').at(-1) ?? '');
  const calls = lab.skips('cgroup-ns') ? join : ownCgroupRoot(join);
  const after = await look(lab, calls, pids.mountPoint);
  await lab.observe('after', observed('container', '/proc/self/cgroup', after.path), madeBy(after.process, 'unshare'));
  await lab.check('the container’s cgroup, with a cgroup namespace', '/', after.path.replace(/^.*:/, ''));
  // #endregion
  const outside = { expected: 'above its own: /..', actual: after.root };
  await lab.checkThat('the root of the host’s cgroup mount', after.root.startsWith('/..'), outside);
  const anew = await look(lab, [...calls, mountAgain(pids)], ELSEWHERE);
  await lab.observe(
    'after',
    observed('container', `${ELSEWHERE} in /proc/self/mountinfo`, anew.root),
    madeBy(anew.process, 'mount').slice(-1),
  );
  await lab.check('the root of a cgroup mount of its own', '/', anew.root);
}

/** The mount that the cgroup was made in: the hierarchy of the controller pids on v1, else the only one. */
function hierarchyOfPids(): Mount {
  const mounts = readMountinfo().filter(({ fstype }) => fstype.startsWith('cgroup'));
  const v1 = mounts.find(({ fstype, superOptions }) => fstype === 'cgroup' && superOptions.includes('pids'));
  return v1 ?? (mounts.find(({ fstype }) => fstype === 'cgroup2') as Mount);
}

/** A directory that every machine has: the same filesystem cannot be mounted on itself (EBUSY). */
const ELSEWHERE = '/tmp';

function mountAgain({ fstype }: Mount): Syscall {
  const flags = k.MS_NOSUID | k.MS_NODEV | k.MS_NOEXEC;
  return mount('cgroup', ELSEWHERE, fstype, flags, fstype === 'cgroup' ? 'pids' : null);
}

interface Looked {
  readonly process: Child;
  /** Its line of /proc/self/cgroup. */
  readonly path: string;
  /** Which directory of the hierarchy the topmost mount there shows: the fourth field of its line in mountinfo. */
  readonly root: string;
}

/** What a process says of its cgroup and of the mount of that hierarchy. Others see both from their own cgroup namespace. */
async function look(lab: Lab, calls: readonly Syscall[], mountPoint: string): Promise<Looked> {
  const root = `grep " ${mountPoint} " /proc/self/mountinfo | tail -n1 | cut -d" " -f4`;
  const script = `grep -m1 -E ":pids:|^0::" /proc/self/cgroup; echo $(${root})`;
  const process = await lab.start({
    namespaces: k.CLONE_NEWNS,
    calls: [...privateMounts(), ...calls, shellThatStays(script)],
    stdio: ['null', 'pipe', 'pipe'],
  });
  const lines = (await lab.hear(process, script, 2)).split('\n');
  return { process, path: lines[0] ?? '', root: lines[1] ?? '' };
}
