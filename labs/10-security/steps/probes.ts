import { readFileSync } from 'node:fs';
import { integer } from '../../../src/kernel/arguments.js';
import * as c from '../../../src/kernel/calls/index.js';
import * as p from '../../../src/kernel/calls/privileged.js';
import * as k from '../../../src/kernel/constants.js';
import { CAPABILITIES } from '../../../src/kernel/credentials/capability-names.js';
import { shmget } from '../../../src/kernel/ipc/system-v.js';
import { bind, SOCK_DGRAM, SOCK_RAW, SOCK_STREAM, socket } from '../../../src/kernel/sockets/calls.js';
import { AF_INET, AF_NETLINK, internetAddress, netlinkAddress } from '../../../src/kernel/sockets/socket-address.js';
import { mayFail, type Syscall } from '../../../src/kernel/syscall.js';

/** A capability, and a call that the kernel refuses without it. */
export interface Probe {
  /** Without `CAP_`. */
  readonly capability: string;
  readonly refusal: string;
  readonly call: Syscall;
  /** What is done before the capabilities are given up. */
  readonly before: readonly Syscall[];
}

/** What the calls are about, all of it the lab’s own; files are `own`, root’s, and `closed`, another user’s and for nobody. */
export interface Objects {
  /** A process of another user. */
  readonly stranger: number;
  /** What chattr(1) knows of a file here; undefined where the filesystem has no such flags. */
  readonly fileFlags: number | undefined;
}

/** Another user, and a group that root is not in. */
export const OTHER = 4242;

function probe(capability: string, refusal: string, call: Syscall, ...before: readonly Syscall[]): Probe {
  return { capability, refusal, call: mayFail(call), before };
}

/** Calls that are about the same kind of thing, made in namespaces of their own. */
export interface Group {
  readonly about: string;
  readonly own: number;
  readonly probes: readonly Probe[];
}

export function groupsOf(objects: Objects): Group[] {
  return [
    { about: 'capabilities for files', own: k.CLONE_NEWNS, probes: [...onFiles(), ...onFlags(objects)] },
    {
      about: 'capabilities for processes and memory',
      own: k.CLONE_NEWIPC,
      probes: [...onProcesses(objects), ...onMemory()],
    },
    { about: 'capabilities for the network', own: k.CLONE_NEWNET, probes: onSockets() },
    { about: 'capabilities for the machine', own: k.CLONE_NEWUTS | k.CLONE_NEWPID, probes: onTheMachine() },
  ];
}

const READ = k.O_RDONLY | k.O_CLOEXEC;
/** fcntl(2), linux/fcntl.h */
const [F_SETLEASE, F_RDLCK] = [1024, 0];
/** A struct vfs_cap_data without a capability in it (linux/capability.h). */
const NO_CAPABILITIES = new Uint8Array(new Uint32Array([0x0200_0000, 0, 0, 0, 0]).buffer);

// #region files
function onFiles(): Probe[] {
  const others = c.open('others', READ);
  return [
    probe('CHOWN', 'EPERM', c.chown('own', OTHER, OTHER)),
    probe('DAC_OVERRIDE', 'EACCES', c.open('closed', k.O_WRONLY | k.O_CLOEXEC)),
    probe('DAC_READ_SEARCH', 'EACCES', c.open('closed', READ)),
    probe('FOWNER', 'EPERM', c.chmod('closed', 0o644)),
    probe('FSETID', KEPT, c.chmod('group', 0o2755)),
    probe('SETFCAP', 'EPERM', c.lsetxattr('own', 'security.capability', NO_CAPABILITIES)),
    probe('LEASE', 'EACCES', c.fcntl(others, F_SETLEASE, F_RDLCK), others),
    probe('MKNOD', 'EPERM', c.mknod('null', k.S_IFCHR | 0o666, [1, 3])),
    probe('SYS_CHROOT', 'EPERM', c.chroot('.')),
  ];
}
// #endregion

/** The kernel refuses nothing, and takes the set-group-ID bit away: for a file of a group that the caller is not in. */
export const KEPT = 'no bit';

/** A file without a name, so that no flag outlives it. */
function onFlags({ fileFlags }: Objects): Probe[] {
  if (fileFlags === undefined) return [];
  const file = c.open('.', k.O_TMPFILE | k.O_RDWR | k.O_CLOEXEC, 0o600);
  return [probe('LINUX_IMMUTABLE', 'EPERM', p.setFileFlags(file, fileFlags | p.FS_APPEND_FL), file)];
}

// #region processes
function onProcesses({ stranger }: Objects): Probe[] {
  return [
    probe('KILL', 'EPERM', c.kill(stranger, 0)),
    probe('SETGID', 'EPERM', c.setresgid(OTHER, OTHER, OTHER)),
    probe('SETUID', 'EPERM', c.setresuid(OTHER, OTHER, OTHER)),
    probe('SETPCAP', 'EPERM', c.prctl(k.PR_CAPBSET_DROP, CAPABILITIES.indexOf('CAP_WAKE_ALARM'))),
    probe('SYS_PTRACE', 'EPERM', p.ptraceSeize(stranger)),
    probe('SYS_NICE', 'EACCES', p.setpriority(-5)),
    probe('SYS_TTY_CONFIG', 'EPERM', p.vhangup(), c.setsid()), // so that it has no terminal to hang up
  ];
}
// #endregion

function onTheMachine(): Probe[] {
  return [
    probe('SYS_ADMIN', 'EPERM', c.sethostname('box')),
    probe('SYS_PACCT', 'EPERM', p.acctOff()), // of this pid namespace
    probe('SYS_BOOT', 'EPERM', p.rebootWithoutMagic()),
    probe('SYS_TIME', 'EPERM', c.settimeofday()),
    probe('SYSLOG', 'EPERM', p.unreadLog()),
    probe('WAKE_ALARM', 'EPERM', p.wakingTimer()),
    ...(perfmonDecides() ? [probe('PERFMON', 'EACCES', p.countCpu(0))] : []),
    probe('BPF', 'EPERM', p.createMap()),
  ];
}

/** Whether a whole CPU may be counted with CAP_PERFMON, and only so: up to 0 everybody may, and from 3 on (Debian) that takes CAP_SYS_ADMIN. */
function perfmonDecides(): boolean {
  const paranoid = Number(readFileSync('/proc/sys/kernel/perf_event_paranoid', 'utf8'));
  return paranoid === 1 || paranoid === 2;
}

const NETLINK_AUDIT = 9;

function onSockets(): Probe[] {
  const [stream, datagram] = [socket(AF_INET, SOCK_STREAM), socket(AF_INET, SOCK_DGRAM)];
  const audit = socket(AF_NETLINK, SOCK_RAW, integer(NETLINK_AUDIT));
  return [
    probe('NET_BIND_SERVICE', 'EACCES', bind(stream, internetAddress('0.0.0.0', 80)), stream),
    probe('NET_ADMIN', 'EPERM', p.linkUp(datagram, 'lo'), datagram),
    probe('NET_RAW', 'EPERM', socket(AF_INET, SOCK_RAW, integer(1))),
    probe('AUDIT_READ', 'EPERM', bind(audit, netlinkAddress(1)), audit),
  ];
}

function onMemory(): Probe[] {
  const [open, closed] = [shmget(0, 4096, 0o600), shmget(0, 4096, 0)];
  return [
    probe('IPC_LOCK', 'EPERM', p.shmLock(open), open, c.prlimit64('RLIMIT_MEMLOCK', 0n, 0n)),
    probe('IPC_OWNER', 'EACCES', p.shmStat(closed), closed),
  ];
}
