/**
 * Constructors of system calls: the man page's names, in the man page's order. They only describe; `call()` and `start()` act.
 *
 * What differs: `open`, `mkdir`, `mknod`, `symlink`, `unlink`, `rmdir`, `rename` and `chmod` use the `*at` form with AT_FDCWD,
 * which is what libc does too (arm64 has no other); lengths of strings and arrays are filled in.
 */
import {
  buffer,
  bytes,
  descriptor,
  flags,
  integer,
  mode,
  named,
  oneOf,
  string,
  strings,
  syscall,
} from './arguments.js';
import * as k from './constants.js';
import { signalName } from './signal-names.js';
import type { Descriptor, Syscall } from './syscall.js';

const CWD = named('AT_FDCWD', k.AT_FDCWD);

// --- files ---

/** open(2). A descriptor. */
export function open(path: string, openFlags: number, createMode = 0): Syscall {
  return openat(k.AT_FDCWD, path, openFlags, createMode);
}

/** openat(2). A descriptor. */
export function openat(dirfd: Descriptor, path: string, openFlags: number, createMode = 0): Syscall {
  const how = flags(k.OPEN_FLAGS, openFlags, 'O_RDONLY');
  const rest = openFlags & k.O_CREAT ? [mode(createMode)] : [];
  return syscall('openat', at(dirfd), string(path), how, ...rest);
}

/** read(2) into a buffer, which holds the bytes afterwards. The number of bytes. */
export function read(fd: Descriptor, into: Uint8Array): Syscall {
  return syscall('read', descriptor(fd), buffer(into), integer(into.length));
}

/** write(2). The number of bytes. */
export function write(fd: Descriptor, data: string | Uint8Array): Syscall {
  const raw = typeof data === 'string' ? Buffer.from(data) : data;
  return syscall('write', descriptor(fd), bytes(raw, quote(raw)), integer(raw.length));
}

export function close(fd: Descriptor): Syscall {
  return syscall('close', descriptor(fd));
}

/** dup3(2). `newfd` is closed first where it is open. */
export function dup3(oldfd: Descriptor, newfd: number, dupFlags = 0): Syscall {
  return syscall('dup3', descriptor(oldfd), integer(newfd), flags(k.OPEN_FLAGS, dupFlags));
}

/** fcntl(2) with an integer argument. */
export function fcntl(fd: Descriptor, command: number, argument: number): Syscall {
  return syscall('fcntl', descriptor(fd), oneOf(k.FCNTL_COMMANDS, command), integer(argument));
}

/** flock(2). The kernel lets go of the lock when the descriptor is closed, also by a SIGKILL. */
export function flock(fd: Descriptor, operation: number): Syscall {
  return syscall('flock', descriptor(fd), oneOf(k.LOCKS, operation));
}

/** close_range(2), Linux 5.9; CLOSE_RANGE_CLOEXEC since 5.11. */
export function closeRange(first: number, last: number, rangeFlags = 0): Syscall {
  const end = last === 0xffffffff ? named('~0U', last) : integer(last);
  return syscall('close_range', integer(first), end, flags(k.CLOSE_RANGE_FLAGS, rangeFlags));
}

/** pipe2(2). The two descriptors are in `ends`, as 32-bit integers. */
export function pipe2(ends: Uint8Array, pipeFlags: number): Syscall {
  return syscall('pipe2', buffer(ends, '[r, w]'), flags(k.OPEN_FLAGS, pipeFlags));
}

/** ppoll(2) of one descriptor, without waiting, for nothing but what is told in any case: 1 for POLLERR, POLLHUP, POLLNVAL. */
export function ppoll(fd: number): Syscall {
  const pollfd = bytes(new Uint8Array(new Int32Array([fd, 0]).buffer), `[{${fd}, 0}]`);
  return syscall('ppoll', pollfd, integer(1), bytes(new Uint8Array(16), '{0, 0}'), named('NULL', 0), integer(8));
}

export function mkdir(path: string, createMode: number): Syscall {
  return syscall('mkdirat', CWD, string(path), mode(createMode));
}

export function rmdir(path: string): Syscall {
  return syscall('unlinkat', CWD, string(path), flags(k.AT_FLAGS, k.AT_REMOVEDIR));
}

export function unlink(path: string): Syscall {
  return syscall('unlinkat', CWD, string(path), integer(0));
}

/** mknod(2). `device` is [major, minor], both below 256. */
export function mknod(path: string, fileMode: number, device: readonly [number, number] = [0, 0]): Syscall {
  const [major, minor] = device;
  const type = fileMode & k.S_IFCHR ? 'S_IFCHR|' : '';
  const permissions = named(`${type}0${(fileMode & 0o7777).toString(8)}`, fileMode);
  return syscall('mknodat', CWD, string(path), permissions, named(`makedev(${major}, ${minor})`, (major << 8) | minor));
}

/** rename(2), by the call that both architectures have: renameat2(2) without flags. */
export function rename(oldpath: string, newpath: string): Syscall {
  return syscall('renameat2', CWD, string(oldpath), CWD, string(newpath), integer(0));
}

/** lgetxattr(2): an extended attribute of the file itself, not of what a symbolic link leads to. The number of bytes in `value`. */
export function lgetxattr(path: string, name: string, value: Uint8Array): Syscall {
  return syscall('lgetxattr', string(path), string(name), buffer(value), integer(value.length));
}

export function symlink(target: string, linkpath: string): Syscall {
  return syscall('symlinkat', string(target), CWD, string(linkpath));
}

export function chmod(path: string, newMode: number): Syscall {
  return syscall('fchmodat', CWD, string(path), mode(newMode));
}

export function umask(mask: number): Syscall {
  return syscall('umask', mode(mask));
}

// --- mounts and roots ---

/** mount(2). `source`, `filesystemtype` and `data` are NULL where the operation ignores them. */
export function mount(
  source: string | null,
  target: string,
  filesystemtype: string | null,
  mountflags: number,
  data: string | null,
): Syscall {
  const how = flags(k.MOUNT_FLAGS, mountflags);
  return syscall('mount', string(source), string(target), string(filesystemtype), how, string(data));
}

export function umount2(target: string, umountFlags: number): Syscall {
  return syscall('umount2', string(target), flags(k.UMOUNT_FLAGS, umountFlags));
}

/** pivot_root(2). `newRoot` must be a mount point whose parent is private. */
export function pivotRoot(newRoot: string, putOld: string): Syscall {
  return syscall('pivot_root', string(newRoot), string(putOld));
}

export function chroot(path: string): Syscall {
  return syscall('chroot', string(path));
}

export function chdir(path: string): Syscall {
  return syscall('chdir', string(path));
}

export function fchdir(fd: Descriptor): Syscall {
  return syscall('fchdir', descriptor(fd));
}

// --- namespaces ---

/** sethostname(2). At most 64 bytes (`__NEW_UTS_LEN`). */
export function sethostname(name: string): Syscall {
  return syscall('sethostname', utsName('host name', name), integer(Buffer.byteLength(name)));
}

/** setdomainname(2): the NIS domain, at most 64 bytes. */
export function setdomainname(name: string): Syscall {
  return syscall('setdomainname', utsName('domain name', name), integer(Buffer.byteLength(name)));
}

export function unshare(namespaceFlags: number): Syscall {
  return syscall('unshare', flags(k.CLONE_FLAGS, namespaceFlags));
}

/** setns(2). With a pidfd, several CLONE_NEW* flags at once (Linux 5.8). */
export function setns(fd: Descriptor, nstype: number): Syscall {
  return syscall('setns', descriptor(fd), flags(k.CLONE_FLAGS, nstype));
}

/**
 * clone(2) inside a list. The parent waits (CLONE_VFORK) and then leaves the list with exit status 0; the child goes on with the next call.
 * CLONE_PARENT makes the child one of tslab's own, so that tslab can wait for it. The stub uses no stack, so none is given.
 */
export function clone(cloneFlags: number): Syscall {
  const all = cloneFlags | k.CLONE_VM | k.CLONE_VFORK | k.CLONE_PARENT;
  const how = named(`${k.flagNames(k.CLONE_FLAGS, all)}|SIGCHLD`, all | k.SIGCHLD);
  return { ...syscall('clone', how, named('NULL', 0), named('NULL', 0), named('NULL', 0), integer(0)), max: 0n };
}

// --- processes, credentials, signals ---

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
  return syscall('execveat', at(dirfd), string(path), strings(argv), environment, flags(k.AT_FLAGS, atFlags));
}

/** memfd_create(2): a file that lies in memory and has no path. A descriptor. */
export function memfdCreate(name: string, memfdFlags: number): Syscall {
  return syscall('memfd_create', string(name), flags(k.MEMFD_FLAGS, memfdFlags));
}

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

/** pidfd_open(2), Linux 5.3. A descriptor that means this process even after its pid has been given to another. */
export function pidfdOpen(pid: number): Syscall {
  return syscall('pidfd_open', integer(pid), integer(0));
}

export function pidfdSendSignal(pidfd: Descriptor, signal: number): Syscall {
  const name = named(signalName(signal), signal);
  return syscall('pidfd_send_signal', descriptor(pidfd), name, named('NULL', 0), integer(0));
}

/** wait4(2). `status` (4 bytes) holds the wait status. 0 where the child still runs and WNOHANG was given. */
export function wait4(pid: number, status: Uint8Array, options: number): Syscall {
  return syscall('wait4', integer(pid), buffer(status), flags(k.WAIT_FLAGS, options), named('NULL', 0));
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
  const value = option === k.PR_SET_PDEATHSIG ? named(signalName(argument), argument) : integer(argument);
  return syscall('prctl', oneOf(k.PRCTL_OPTIONS, option), value, integer(0), integer(0), integer(0));
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

export function setresgid(rgid: number, egid: number, sgid: number): Syscall {
  return syscall('setresgid', integer(rgid), integer(egid), integer(sgid));
}

/** sched_setaffinity(2): the CPUs (below 64) that a process may use; 0 is the caller. */
export function schedSetaffinity(pid: number, cpus: readonly number[]): Syscall {
  const mask = cpus.reduce((bits, cpu) => bits | (1n << BigInt(cpu)), 0n);
  const set = bytes(new Uint8Array(new BigUint64Array([mask]).buffer), `[${cpus.join(', ')}]`);
  return syscall('sched_setaffinity', integer(pid), integer(8), set);
}

/** prlimit64(2): sets a resource limit, soft and hard. */
export function prlimit64(resource: number, soft: bigint, hard: bigint): Syscall {
  const limit = bytes(new Uint8Array(new BigUint64Array([soft, hard]).buffer), `{${soft}, ${hard}}`);
  return syscall('prlimit64', integer(0), integer(resource), limit, named('NULL', 0));
}

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

// --- helpers ---

function at(dirfd: Descriptor) {
  return dirfd === k.AT_FDCWD ? CWD : descriptor(dirfd);
}

function utsName(what: string, name: string) {
  const length = Buffer.byteLength(name);
  if (length > 64) {
    throw new RangeError(
      `the ${what} ${JSON.stringify(name)} has ${length} bytes; the kernel keeps at most 64 (uname(2))`,
    );
  }
  return string(name);
}

function low32(value: bigint): number {
  return Number(value & 0xffffffffn);
}

/** The start of some data as a C string, for the trace; of binary data only how much it is. */
function quote(data: Uint8Array): string {
  const shown = Buffer.from(data.subarray(0, 48)).toString('utf8');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what makes data binary.
  if (/[\x00-\x08\x0e-\x1f\ufffd]/.test(shown)) return `/* ${data.length} bytes */`;
  return JSON.stringify(shown) + (data.length > 48 ? '…' : '');
}
