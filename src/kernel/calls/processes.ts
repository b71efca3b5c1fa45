/** Calls on processes, credentials and signals. */
import {
  buffer,
  bytes,
  descriptor,
  directory,
  flags,
  integer,
  named,
  oneOf,
  string,
  strings,
  syscall,
} from '../arguments.js';
import * as k from '../constants.js';
import { CAPABILITIES } from '../credentials/capability-names.js';
import { signalName } from '../signal-names.js';
import type { Argument, Descriptor, Syscall } from '../syscall.js';

/** execve(2). The trace shows how many variables the environment has, as strace does. */
export function execve(path: string, argv: readonly string[], envp: readonly string[]): Syscall {
  return syscall('execve', string(path), strings(argv), strings(envp, `/* ${envp.length} vars */`));
}

/** execveat(2), Linux 3.19: with AT_EMPTY_PATH and an empty path the program is the file behind the descriptor. */
export function execveat(
  dirfd: Descriptor,
  path: string,
  argv: readonly string[],
  envp: readonly string[],
  atFlags: number,
): Syscall {
  const environment = strings(envp, `/* ${envp.length} vars */`);
  return syscall('execveat', directory(dirfd), string(path), strings(argv), environment, flags(k.AT_FLAGS, atFlags));
}

/** memfd_create(2): a file in memory, without a path. Returns a descriptor. */
export function memfdCreate(name: string, memfdFlags: number): Syscall {
  return syscall('memfd_create', string(name), flags(MEMFD_FLAGS, memfdFlags));
}

/** memfd_create(2), Linux 6.3: a program may be executed from it. Named here, since the headers of older kernels lack it. */
export const MFD_EXEC = 0x10;
const MEMFD_FLAGS = { ...k.MEMFD_FLAGS, MFD_EXEC };

export function exitGroup(status: number): Syscall {
  return syscall('exit_group', integer(status));
}

export function getpid(): Syscall {
  return syscall('getpid');
}

export function getppid(): Syscall {
  return syscall('getppid');
}

export function kill(pid: number, signal: number): Syscall {
  return syscall('kill', integer(pid), named(signalName(signal), signal));
}

/** pidfd_open(2), Linux 5.3. Returns a descriptor that means this process even after its pid has been given to another. */
export function pidfdOpen(pid: number): Syscall {
  return syscall('pidfd_open', integer(pid), integer(0));
}

export function pidfdSendSignal(pidfd: Descriptor, signal: number): Syscall {
  const name = named(signalName(signal), signal);
  return syscall('pidfd_send_signal', descriptor(pidfd), name, named('NULL', 0), integer(0));
}

/** pidfd_getfd(2), Linux 5.6: duplicates a descriptor of another process into this one. Needs the right to trace it (ptrace(2)). */
export function pidfdGetfd(pidfd: Descriptor, targetfd: number): Syscall {
  return syscall('pidfd_getfd', descriptor(pidfd), integer(targetfd), integer(0));
}

/** wait4(2). `status` (4 bytes) holds the wait status. Returns 0 where the child still runs and WNOHANG was given. */
export function wait4(pid: number, status: Uint8Array, options: number): Syscall {
  return syscall('wait4', integer(pid), buffer(status), flags(k.WAIT_FLAGS, options), named('NULL', 0));
}

/** waitid(P_ALL), for any child. `info` (128 bytes) holds a siginfo_t about one afterwards. */
export function waitid(info: Uint8Array, options: number): Syscall {
  const rest = [buffer(info), flags(k.WAIT_FLAGS, options), named('NULL', 0)];
  return syscall('waitid', named('P_ALL', k.P_ALL), integer(0), ...rest);
}

export function setsid(): Syscall {
  return syscall('setsid');
}

export function setpgid(pid: number, pgid: number): Syscall {
  return syscall('setpgid', integer(pid), integer(pgid));
}

/** ioctl(TIOCSCTTY): the terminal becomes the controlling terminal of this session. */
export function ioctl(fd: Descriptor, operation: number, argument: number): Syscall {
  return syscall('ioctl', descriptor(fd), oneOf(k.IOCTLS, operation), integer(argument));
}

export function prctl(option: number, argument: number): Syscall {
  return syscall(
    'prctl',
    oneOf(k.PRCTL_OPTIONS, option),
    prctlArgument(option, argument),
    integer(0),
    integer(0),
    integer(0),
  );
}

function prctlArgument(option: number, argument: number): Argument {
  if (option === k.PR_SET_PDEATHSIG) return named(signalName(argument), argument);
  const name = option === k.PR_CAPBSET_DROP ? CAPABILITIES[argument] : undefined;
  return name === undefined ? integer(argument) : named(name, argument);
}

/** capset(2), version 3 of the interface (two 32-bit words a set). Each set is a 64-bit mask. */
export function capset(effective: bigint, permitted: bigint, inheritable: bigint): Syscall {
  const header = new Uint8Array(new Uint32Array([0x20080522, 0]).buffer);
  const words = [0n, 32n].flatMap((shift) => [effective, permitted, inheritable].map((set) => low32(set >> shift)));
  const text = `{effective=0x${effective.toString(16)}, permitted=0x${permitted.toString(16)}, inheritable=0x${inheritable.toString(16)}}`;
  const data = bytes(new Uint8Array(new Uint32Array(words).buffer), text);
  return syscall('capset', bytes(header, '{_LINUX_CAPABILITY_VERSION_3, 0}'), data);
}

export function setgroups(groups: readonly number[]): Syscall {
  const list = bytes(new Uint8Array(new Uint32Array(groups).buffer), `[${groups.join(', ')}]`);
  return syscall('setgroups', integer(groups.length), list);
}

export function setresuid(ruid: number, euid: number, suid: number): Syscall {
  return syscall('setresuid', integer(ruid), integer(euid), integer(suid));
}

/** setfsuid(2): as whom files are opened and made, by this thread alone. With another than 0 goes what root may do to files (capabilities(7)). */
export function setfsuid(fsuid: number): Syscall {
  return syscall('setfsuid', integer(fsuid));
}

export function setfsgid(fsgid: number): Syscall {
  return syscall('setfsgid', integer(fsgid));
}

export function setresgid(rgid: number, egid: number, sgid: number): Syscall {
  return syscall('setresgid', integer(rgid), integer(egid), integer(sgid));
}

/** settimeofday(2) without a time and a zone: asks for the right to set the clock, and sets nothing. */
export function settimeofday(): Syscall {
  return syscall('settimeofday', named('NULL', 0), named('NULL', 0));
}

/** sched_setaffinity(2): the CPUs (below 64) that a process may use; 0 is the caller. */
export function schedSetaffinity(pid: number, cpus: readonly number[]): Syscall {
  const mask = cpus.reduce((bits, cpu) => bits | (1n << BigInt(cpu)), 0n);
  const set = bytes(new Uint8Array(new BigUint64Array([mask]).buffer), `[${cpus.join(', ')}]`);
  return syscall('sched_setaffinity', integer(pid), integer(8), set);
}

/** getrandom(2): fills a buffer. Up to 256 bytes are always returned whole. */
export function getrandom(buf: Uint8Array): Syscall {
  return syscall('getrandom', buffer(buf), integer(buf.length), integer(0));
}

/** prlimit64(2): sets a resource limit of the caller, soft and hard. */
export function prlimit64(resource: keyof typeof RLIMITS, soft: bigint, hard: bigint): Syscall {
  const text = [soft, hard].map((one) => (one === RLIM_INFINITY ? 'RLIM_INFINITY' : `${one}`)).join(', ');
  const limit = bytes(new Uint8Array(new BigUint64Array([soft, hard]).buffer), `{${text}}`);
  return syscall('prlimit64', integer(0), named(resource, RLIMITS[resource]), limit, named('NULL', 0));
}

export const RLIM_INFINITY = 0xffff_ffff_ffff_ffffn;
/** include/uapi/asm-generic/resource.h */
export const RLIMITS = {
  ...{ RLIMIT_CPU: 0, RLIMIT_FSIZE: 1, RLIMIT_DATA: 2, RLIMIT_STACK: 3, RLIMIT_CORE: 4, RLIMIT_RSS: 5 },
  ...{ RLIMIT_NPROC: 6, RLIMIT_NOFILE: 7, RLIMIT_MEMLOCK: 8, RLIMIT_AS: 9, RLIMIT_LOCKS: 10, RLIMIT_SIGPENDING: 11 },
  ...{ RLIMIT_MSGQUEUE: 12, RLIMIT_NICE: 13, RLIMIT_RTPRIO: 14, RLIMIT_RTTIME: 15 },
};

/** The raw rt_sigprocmask(2) with an 8-byte set; `mask` has bit n-1 for signal n. */
export function rtSigprocmask(how: number, mask: bigint): Syscall {
  const text = mask === 0n ? '[]' : `0x${mask.toString(16)}`;
  const set = bytes(new Uint8Array(new BigUint64Array([mask]).buffer), text);
  return syscall('rt_sigprocmask', oneOf(k.SIGMASK_HOW, how), set, named('NULL', 0), integer(8));
}

/** rt_sigaction(2) that puts a signal back to its default. The kernel's struct of zeros is SIG_DFL on both architectures. */
export function defaultSigaction(signal: number): Syscall {
  const name = named(signalName(signal), signal);
  return syscall('rt_sigaction', name, bytes(new Uint8Array(32), '{SIG_DFL}'), named('NULL', 0), integer(8));
}

function low32(value: bigint): number {
  return Number(value & 0xffffffffn);
}
