import type { Facts } from '../../../src/doctor/facts.js';
import type { Refusal, TrialName } from '../../../src/doctor/trials.js';

type Trials = Facts['trials'];

const ALL_WORKS = {
  space: null,
  programs: null,
  overlay: null,
  attributes: null,
  userAttributes: null,
  idmapping: null,
};

/** Recorded: root of a virtual machine with hybrid control groups, and a file that Docker leaves behind. */
export const HYBRID_ROOT: Facts = {
  uid: 0,
  privileged: true,
  release: '6.18.44-fc-v669',
  arch: 'x64',
  cpus: 2,
  missingCapabilities: ['CAP_SYS_RESOURCE'],
  trials: {
    close_range: null,
    user: null,
    pid: null,
    mnt: null,
    uts: null,
    ipc: null,
    net: null,
    veth: null,
    bridge: null,
    masquerade: null,
    dnat: null,
    vxlan: null,
    cgroup: null,
    time: null,
    proc: null,
    sysfs: null,
    tmpfs: null,
    devpts: null,
    mqueue: null,
    overlay: null,
    chroot: null,
    pivot_root: null,
    mknod: null,
  },
  sysctls: {
    'kernel.unprivileged_userns_clone': null,
    'kernel.apparmor_restrict_unprivileged_userns': null,
    'user.max_user_namespaces': 96365,
    'user.max_pid_namespaces': 96365,
    'user.max_mnt_namespaces': 96365,
    'user.max_uts_namespaces': 96365,
    'user.max_ipc_namespaces': 96365,
    'user.max_net_namespaces': 96365,
    'user.max_cgroup_namespaces': 96365,
    'user.max_time_namespaces': 96365,
  },
  seccomp: 0,
  apparmor: null,
  container: { kind: 'docker', evidence: '/.dockerenv' },
  hiddenProc: [],
  systemd: false,
  cgroups: {
    layout: 'hybrid',
    enabled: ['cpuset', 'cpu', 'cpuacct', 'blkio', 'memory', 'devices', 'freezer', 'pids'],
    controllers: ['cpu', 'cpuacct', 'cpuset', 'memory', 'pids', 'freezer'],
    refused: null,
  },
  rootfs: { busybox: '/usr/bin/busybox', refused: null },
  programs: { ip: '/usr/bin/ip', nft: '/usr/sbin/nft' },
  state: { path: '/var/lib/tslab', refused: null, trials: ALL_WORKS, elsewhere: null },
  ids: {
    user: 'containers',
    uids: [],
    gids: [],
    free: 165_536,
    newuidmap: { path: '/usr/bin/newuidmap', right: 'set-uid root' },
    newgidmap: { path: '/usr/bin/newgidmap', right: 'set-uid root' },
    refused: null,
  },
  subordinateIds: null,
};

const NO_MKNOD = refusal('mknodat', 'EPERM', 'mknodat(AT_FDCWD, "/tmp/null", S_IFCHR|0666, makedev(1, 3)) = EPERM');

const RANGE = [{ start: 100_000, count: 65_536 }];

/** Recorded: the same machine for the user `nobody`. */
export const HYBRID_USER: Facts = {
  ...HYBRID_ROOT,
  uid: 65534,
  privileged: false,
  missingCapabilities: ['CAP_SYS_ADMIN', 'CAP_MKNOD'],
  trials: { ...HYBRID_ROOT.trials, mknod: NO_MKNOD },
  ids: { ...HYBRID_ROOT.ids, user: 'student', uids: RANGE, gids: RANGE },
  cgroups: {
    ...HYBRID_ROOT.cgroups,
    controllers: [],
    refused: {
      reason: 'root only',
      message: 'With cgroup hybrid only root may create control groups.',
      remedy: 'sudo tslab 03-cgroups',
    },
  },
  state: { path: '/home/student/.local/state/tslab', refused: null, trials: ALL_WORKS, elsewhere: null },
};

/** A desktop of today without anything in the way, but cgroups: pure v2 with systemd. */
export const V2_USER: Facts = {
  ...HYBRID_USER,
  uid: 1000,
  release: '6.12.41+deb13-amd64',
  container: null,
  systemd: true,
  cgroups: {
    layout: 'v2',
    enabled: [],
    controllers: [],
    refused: {
      reason: 'not delegated',
      message: 'This user may not create control groups here: no cgroup has been delegated to it.',
      remedy: 'systemd-run --user --scope -p Delegate=yes tslab 03-cgroups   (or: sudo tslab 03-cgroups)',
    },
  },
};

/** The same in `systemd-run --user --scope -p Delegate=yes`: systemd delegates what it was built to, no cpuset. */
export const V2_DELEGATED: Facts = {
  ...V2_USER,
  cgroups: { ...V2_USER.cgroups, controllers: ['cpu', 'cpuacct', 'memory', 'pids', 'freezer'], refused: null },
};

/** The same for root. */
export const V2_ROOT: Facts = {
  ...V2_USER,
  uid: 0,
  privileged: true,
  missingCapabilities: [],
  trials: HYBRID_ROOT.trials,
  cgroups: { ...V2_USER.cgroups, controllers: HYBRID_ROOT.cgroups.controllers, refused: null },
};

const APPARMOR_SAYS = refusal('mount', 'EACCES', 'mount(NULL, "/", NULL, MS_REC|MS_PRIVATE, NULL) = EACCES');

/** Ubuntu 24.04: namespaces can be made, and nothing can be done inside. */
export const UBUNTU_USER: Facts = {
  ...V2_USER,
  release: '6.8.0-45-generic',
  trials: {
    ...HYBRID_ROOT.trials,
    ...all(APPARMOR_SAYS, ['mnt', 'proc', 'sysfs', 'tmpfs', 'devpts', 'mqueue', 'overlay', 'pivot_root', 'mknod']),
    chroot: refusal('chroot', 'EPERM', 'chroot("/") = EPERM'),
    uts: refusal('sethostname', 'EPERM', 'sethostname("tslab", 5) = EPERM'),
    time: refusal('unshare', 'EPERM', 'unshare(CLONE_NEWTIME) = EPERM'),
  },
  sysctls: {
    ...V2_USER.sysctls,
    'kernel.unprivileged_userns_clone': 1,
    'kernel.apparmor_restrict_unprivileged_userns': 1,
  },
  apparmor: 'unconfined',
};

/** `docker run -it node:22 bash` on such a machine: root with 14 capabilities, behind seccomp and AppArmor. */
export const DOCKER: Facts = {
  ...V2_ROOT,
  privileged: false,
  missingCapabilities: ['CAP_DAC_READ_SEARCH', 'CAP_NET_ADMIN', 'CAP_SYS_ADMIN', 'CAP_SYS_PTRACE'],
  trials: {
    ...everything(refusal('clone', 'EPERM', 'clone(CLONE_NEWPID|CLONE_VM|SIGCHLD) = EPERM')),
    close_range: null,
    chroot: null,
  },
  seccomp: 2,
  apparmor: 'docker-default (enforce)',
  container: { kind: 'docker', evidence: '/.dockerenv' },
  hiddenProc: ['/proc/asound', '/proc/acpi', '/proc/kcore', '/proc/keys'],
  systemd: false,
  cgroups: {
    ...V2_ROOT.cgroups,
    controllers: [],
    refused: {
      reason: 'read-only',
      message: 'The cgroup filesystem is mounted read-only here, as in a container without privileges.',
      remedy: 'docker run --privileged …, or run tslab on the host',
    },
  },
  rootfs: { busybox: null, refused: null },
  programs: { ip: null, nft: null },
};

/** WSL2 as it is installed: a whole kernel. */
export const WSL2: Facts = { ...V2_ROOT, release: '5.15.153.1-microsoft-standard-WSL2', systemd: false };

/** WSL1: system calls translated to Windows. */
export const WSL1: Facts = {
  ...V2_ROOT,
  release: '4.4.0-19041-Microsoft',
  trials: everything(refusal('clone', 'EINVAL', 'clone(CLONE_NEWPID|CLONE_VM|SIGCHLD) = EINVAL')),
};

const NO_CLOSE_RANGE = refusal('close_range', 'ENOSYS', 'close_range(3, ~0U, CLOSE_RANGE_CLOEXEC) = ENOSYS');
const NO_TIME = refusal('unshare', 'EINVAL', 'unshare(CLONE_NEWTIME) = EINVAL');

/** Ubuntu 20.04 with the kernel that it came with. */
export const LINUX_5_4: Facts = {
  ...HYBRID_ROOT,
  release: '5.4.0-196-generic',
  container: null,
  trials: { ...HYBRID_ROOT.trials, close_range: NO_CLOSE_RANGE, time: NO_TIME },
};

export const MACHINES: Readonly<Record<string, Facts>> = {
  'hybrid, root': HYBRID_ROOT,
  'hybrid, user': HYBRID_USER,
  'v2, user': V2_USER,
  'v2, delegated': V2_DELEGATED,
  'v2, root': V2_ROOT,
  'Ubuntu 24.04, user': UBUNTU_USER,
  'Docker, no privileges': DOCKER,
  WSL2,
  WSL1,
  'Linux 5.4': LINUX_5_4,
};

export function refusal(call: string, errno: string, said: string): Refusal {
  return { call, errno, said };
}

/** Every trial refused. */
export function everything(refused: Refusal): Trials {
  return all(refused, Object.keys(HYBRID_ROOT.trials) as TrialName[]) as Trials;
}

function all(refused: Refusal, names: readonly TrialName[]): Partial<Trials> {
  return Object.fromEntries(names.map((name) => [name, refused]));
}
