import { parseLayers } from '../../labs/04-overlay/calls/options.js';
import { setns } from '../kernel/calls/index.js';
import { CLONE_NEWNS } from '../kernel/constants.js';
import { SyscallError } from '../kernel/errors/syscall-error.js';
import type { Child } from '../kernel/process.js';
import type { Lab } from '../lab/lab.js';
import { shellThatStays } from '../lab/script.js';
import { fileId } from '../procfs/file-id.js';
import { findMount, readMountinfo } from '../procfs/mountinfo.js';
import { type NamespaceKind, readNamespace, readNspid } from '../procfs/namespaces.js';
import type { Facts, Finding } from './definition.js';
import { gone, same } from './look.js';

/** What makes a process a container, however it was made: an order in which each fact presumes those before it. */
export const CONTAINER_FACTS = ['one', 'own', 'overlay', 'pivoted', 'alone', 'proc'] as const;

export type ContainerFact = (typeof CONTAINER_FACTS)[number];

/** Namespaces that a container has of its own. */
const KINDS: readonly NamespaceKind[] = ['pid', 'mnt', 'uts', 'ipc', 'net', 'cgroup'];

/** Of a process, 0 where there is none, that is to be a container whose host is a box. */
export function containerFacts(lab: Lab, box: Child, process: () => number): Facts<ContainerFact> {
  const mountAt = (path: string) => findMount(readMountinfo(process()), path);
  return {
    one: () => {
      const ids = readNspid(process());
      const held = ids?.at(-1) === 1 && readNamespace(process(), 'pid') !== readNamespace(box.pid, 'pid');
      return ids === null ? gone('NSpid') : { held, at: `/proc/${process()}/status`, says: `NSpid: ${ids.join(' ')}` };
    },
    own: () => {
      const shared = KINDS.filter((kind) => readNamespace(process(), kind) === readNamespace(box.pid, kind));
      const says = (shared.length > 0 ? shared : KINDS).join(', ');
      return { held: shared.length === 0, at: `/proc/${process()}/ns`, says };
    },
    overlay: () => {
      const { fstype, superOptions } = mountAt('/') ?? { fstype: null, superOptions: [] };
      const at = `/proc/${process()}/mountinfo: /`;
      const { lower, upper } = parseLayers(superOptions);
      if (fstype !== 'overlay' || upper === undefined) return gone(at, `${fstype}`);
      return same(at, lab.rootfs.path, lower.join(':'));
    },
    pivoted: () => whereSetnsLeads(lab, process()),
    alone: () => {
      const host = findMount(readMountinfo(box.pid), '/')?.device;
      const left = readMountinfo(process()).filter(({ device }) => device === host);
      const says = left.map(({ mountPoint }) => mountPoint).join(', ') || 'none';
      return { held: left.length === 0, at: `/proc/${process()}/mountinfo: ${host}`, says };
    },
    proc: () => {
      const own = mountAt('/proc')?.device;
      const host = findMount(readMountinfo(box.pid), '/proc')?.device;
      const held = own !== undefined && own !== host;
      return { held, at: `/proc/${process()}/mountinfo: /proc`, says: own ?? 'not there' };
    },
  };
}

/** Whoever enters a mount namespace by setns(2) gets its root, and not that of a process in it, which chroot(2) may have moved. */
async function whereSetnsLeads(lab: Lab, pid: number): Promise<Finding> {
  const at = `/proc/${pid}/root`;
  try {
    const visitor = await lab.folded(() =>
      lab.visit({ pid }, (pidfd, own) => [setns(pidfd, CLONE_NEWNS | own), shellThatStays()]),
    );
    const found = same(at, fileId(`${at}/`), fileId(`/proc/${visitor.pid}/root/`));
    await lab.folded(() => lab.kill(visitor));
    return found;
  } catch (error) {
    if (error instanceof SyscallError) return gone(at, error.errno);
    throw error;
  }
}
