import {
  chdir,
  chroot,
  closeRange,
  exitGroup,
  mkdir,
  mknod,
  mount,
  pivotRoot,
  sethostname,
  umount2,
  unshare,
} from '../kernel/calls/index.js';
import * as k from '../kernel/constants.js';
import { mapToRoot } from '../kernel/credentials/user-namespace.js';
import { SyscallError } from '../kernel/errors/syscall-error.js';
import { type ProcessSpec, start } from '../kernel/process.js';
import type { Syscall } from '../kernel/syscall.js';
import { BRIDGE, DNAT, MASQUERADE, VETH, VXLAN } from './network-trials.js';

/** A system call that the kernel did not do. */
export interface Refusal {
  /** `mount`. */
  readonly call: string;
  /** `EPERM`; null: the process did not live to hear it, `said` tells. */
  readonly errno: string | null;
  /** `mount("proc", "/proc", "proc", 0, NULL) = EPERM`. */
  readonly said: string;
}

/** What a child does to find out whether the kernel allows it. All of it vanishes with the child's namespaces. */
interface Trial {
  readonly namespaces: number;
  readonly calls: readonly Syscall[];
  /** Needs no privilege, so no user namespace either. */
  readonly anyone?: true;
}

export const PRIVATE = mount(null, '/', null, k.MS_REC | k.MS_PRIVATE, null);
const CAREFUL = k.MS_NOSUID | k.MS_NODEV | k.MS_NOEXEC;

/**
 * Everything that a lab may need, tried as the labs do it.
 *
 * Making a namespace proves little: AppArmor on Ubuntu 24.04 lets an ordinary user make them and then denies every
 * capability inside. So a call that needs the namespace comes with it.
 */
const TRIALS = {
  close_range: { namespaces: 0, calls: [closeRange(3, 0xffffffff, k.CLOSE_RANGE_CLOEXEC)], anyone: true },
  user: { namespaces: k.CLONE_NEWUSER, calls: [] },
  pid: { namespaces: k.CLONE_NEWPID, calls: [] },
  mnt: { namespaces: k.CLONE_NEWNS, calls: [PRIVATE] },
  uts: { namespaces: k.CLONE_NEWUTS, calls: [sethostname('tslab')] },
  ipc: { namespaces: k.CLONE_NEWIPC, calls: [] },
  net: { namespaces: k.CLONE_NEWNET, calls: [] },
  veth: { namespaces: k.CLONE_NEWNET, calls: VETH },
  bridge: { namespaces: k.CLONE_NEWNET, calls: BRIDGE },
  masquerade: { namespaces: k.CLONE_NEWNET, calls: MASQUERADE },
  dnat: { namespaces: k.CLONE_NEWNET, calls: DNAT },
  vxlan: { namespaces: k.CLONE_NEWNET, calls: VXLAN },
  cgroup: { namespaces: k.CLONE_NEWCGROUP, calls: [] },
  // clone() has no room for this flag, 0x80: the lowest byte is the signal that the parent gets. Linux 5.6.
  time: { namespaces: 0, calls: [unshare(k.CLONE_NEWTIME)] },
  // Inside the new pid namespace, since proc shows the one of whoever mounts it.
  proc: { namespaces: k.CLONE_NEWPID | k.CLONE_NEWNS, calls: [PRIVATE, mount('proc', '/proc', 'proc', CAREFUL, null)] },
  // sysfs belongs to a network namespace: an ordinary user must own that.
  sysfs: {
    namespaces: k.CLONE_NEWNET | k.CLONE_NEWNS,
    calls: [PRIVATE, mount('sysfs', '/sys', 'sysfs', CAREFUL | k.MS_RDONLY, null)],
  },
  tmpfs: onTmpfs(),
  devpts: onTmpfs(mount('devpts', '/tmp', 'devpts', CAREFUL & ~k.MS_NODEV, 'newinstance,ptmxmode=0666,mode=0620')),
  // Message queues belong to an IPC namespace.
  mqueue: {
    namespaces: k.CLONE_NEWIPC | k.CLONE_NEWNS,
    calls: [PRIVATE, mount('mqueue', '/tmp', 'mqueue', CAREFUL, null)],
  },
  overlay: onTmpfs(...['lower', 'upper', 'work', 'merged'].map((name) => mkdir(`/tmp/${name}`, 0o755)), overlay()),
  chroot: { namespaces: 0, calls: [chroot('/')] },
  pivot_root: onTmpfs(chdir('/tmp'), pivotRoot('.', '.'), umount2('.', k.MNT_DETACH)),
  mknod: onTmpfs(mknod('/tmp/null', k.S_IFCHR | 0o666, [1, 3])),
} as const satisfies Record<string, Trial>;

export type TrialName = keyof typeof TRIALS;

/** All trials, in the order in which a report tells them. */
const TRIAL_NAMES = Object.keys(TRIALS) as TrialName[];

/** Tries everything, without privilege in a user namespace, as labs do. Takes a few milliseconds each and leaves nothing behind. */
export function tryAll(privileged: boolean): Record<TrialName, Refusal | null> {
  const results = TRIAL_NAMES.map((name) => [name, tryOut(name, privileged)] as const);
  return Object.fromEntries(results) as Record<TrialName, Refusal | null>;
}

/** What the kernel says to one of these; null: it does it. */
export function tryOut(name: TrialName, privileged: boolean): Refusal | null {
  return tryOne(TRIALS[name], privileged);
}

function tryOne({ namespaces, calls, anyone }: Trial, privileged: boolean): Refusal | null {
  return attempt({ namespaces, calls: [...calls, exitGroup(0)] }, !privileged && !anyone);
}

/** Starts a process, in a user namespace of its own if that is said. Null where its list came to the end. */
export function attempt(spec: ProcessSpec, inUserNamespace: boolean): Refusal | null {
  const namespaces = (spec.namespaces ?? 0) | (inUserNamespace ? k.CLONE_NEWUSER : 0);
  try {
    start({ ...spec, namespaces }, namespaces & k.CLONE_NEWUSER ? mapToRoot : undefined);
    return null;
  } catch (error) {
    return toRefusal(error);
  }
}

/** A seccomp filter may also kill the child (SIGSYS); what tslab says of that is all there is to tell. */
function toRefusal(error: unknown): Refusal {
  if (!(error instanceof SyscallError)) return { call: 'clone', errno: null, said: String(error) };
  const { errno, record } = error;
  return { call: record.call.name, errno, said: `${record.text} = ${errno}` };
}

function onTmpfs(...calls: Syscall[]): Trial {
  return { namespaces: k.CLONE_NEWNS, calls: [PRIVATE, mount('tmpfs', '/tmp', 'tmpfs', 0, null), ...calls] };
}

function overlay(): Syscall {
  const layers = 'lowerdir=/tmp/lower,upperdir=/tmp/upper,workdir=/tmp/work';
  return mount('overlay', '/tmp/merged', 'overlay', 0, layers);
}
