import { parseLayers } from '../../labs/04-overlay/calls/options.js';
import { tryOverlay } from '../../labs/04-overlay/calls/refusal.js';
import { makeWritableLayer } from '../../labs/04-overlay/calls/writable-layer.js';
import { type Facts, type Finding, shellExercise } from '../../src/exercise/definition.js';
import { gone, same } from '../../src/exercise/look.js';
import { setns } from '../../src/kernel/calls/index.js';
import { CLONE_NEWNS } from '../../src/kernel/constants.js';
import { SyscallError } from '../../src/kernel/errors/syscall-error.js';
import type { Child } from '../../src/kernel/process.js';
import type { Lab } from '../../src/lab/lab.js';
import { shellThatStays } from '../../src/lab/script.js';
import { fileId } from '../../src/procfs/file-id.js';
import { findMount, readMountinfo } from '../../src/procfs/mountinfo.js';
import { type NamespaceKind, readNamespace, readNspid } from '../../src/procfs/namespaces.js';
import { listProcesses, type Process } from '../../src/procfs/processes.js';

type Id = 'one' | 'own' | 'overlay' | 'pivoted' | 'alone' | 'proc';

export const withoutTslab = shellExercise({
  id: '12-without-tslab',
  form: 'shell',
  facts: ['one', 'own', 'overlay', 'pivoted', 'alone', 'proc'],
  wrong: { 'no-net': 'own', bound: 'overlay', chroot: 'pivoted', 'not-let-go': 'alone', 'no-proc': 'proc' },
  prepare(lab, box) {
    const image = lab.rootfs.path;
    const layer = makeWritableLayer(lab.makeDirectory());
    tryOverlay({ lower: [image], ...layer, privileged: lab.privileged });
    return { given: { IMAGE: image, DIR: lab.directory }, facts: factsOf(lab, box) };
  },
});

/** Those that a container has of its own. */
const KINDS: readonly NamespaceKind[] = ['pid', 'mnt', 'uts', 'ipc', 'net', 'cgroup'];

function factsOf(lab: Lab, box: Child): Facts<Id> {
  const one = () => newOne(box) ?? 0;
  const mountAt = (path: string) => findMount(readMountinfo(one()), path);
  return {
    one: () => {
      const pid = one();
      return pid === 0
        ? gone('NSpid')
        : { held: true, at: `/proc/${pid}/status`, says: `NSpid: ${readNspid(pid)?.join(' ')}` };
    },
    own: () => {
      const shared = KINDS.filter((kind) => readNamespace(one(), kind) === readNamespace(box.pid, kind));
      return {
        held: shared.length === 0,
        at: `/proc/${one()}/ns`,
        says: (shared.length > 0 ? shared : KINDS).join(', '),
      };
    },
    overlay: () => {
      const { fstype, superOptions } = mountAt('/') ?? { fstype: null, superOptions: [] };
      const at = `/proc/${one()}/mountinfo: /`;
      const { lower, upper } = parseLayers(superOptions);
      if (fstype !== 'overlay' || upper === undefined) return gone(at, `${fstype}`);
      return same(at, lab.rootfs.path, lower.join(':'));
    },
    pivoted: () => whereSetnsLeads(lab, one()),
    alone: () => {
      const host = findMount(readMountinfo(box.pid), '/')?.device;
      const left = readMountinfo(one()).filter(({ device }) => device === host);
      const says = left.map(({ mountPoint }) => mountPoint).join(', ') || 'none';
      return { held: left.length === 0, at: `/proc/${one()}/mountinfo: ${host}`, says };
    },
    proc: () => {
      const own = mountAt('/proc')?.device;
      const host = findMount(readMountinfo(box.pid), '/proc')?.device;
      return {
        held: own !== undefined && own !== host,
        at: `/proc/${one()}/mountinfo: /proc`,
        says: own ?? 'not there',
      };
    },
  };
}

/** The newest process that is PID 1 of a pid namespace right below that of the box, where its parent is. */
function newOne(box: Child): number | undefined {
  const outer = readNamespace(box.pid, 'pid');
  const isNew = ({ pid, ppid }: Process) =>
    pid !== box.pid && readNspid(pid)?.at(-1) === 1 && readNamespace(ppid, 'pid') === outer;
  return listProcesses().findLast(isNew)?.pid;
}

/** Whoever enters a mount namespace by setns(2) gets its root, and not that of a process in it, which chroot(2) may have moved. */
async function whereSetnsLeads(lab: Lab, pid: number): Promise<Finding> {
  const at = `/proc/${pid}/root`;
  try {
    const visitor = await lab.visit({ pid }, (pidfd, own) => [setns(pidfd, CLONE_NEWNS | own), shellThatStays()]);
    const found = same(at, fileId(`${at}/`), fileId(`/proc/${visitor.pid}/root/`));
    await lab.kill(visitor);
    return found;
  } catch (error) {
    if (error instanceof SyscallError) return gone(at, error.errno);
    throw error;
  }
}
