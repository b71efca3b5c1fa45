/**
 * Calls on descriptors and files.
 *
 * `open`, `mkdir`, `mknod`, `symlink`, `unlink`, `rmdir`, `rename`, `chmod` and `chown` use the `*at` form with AT_FDCWD, which is what libc
 * does too (arm64 has no other).
 */
import {
  buffer,
  bytes,
  CWD,
  Data,
  descriptor,
  directory,
  flags,
  integer,
  mode,
  named,
  oneOf,
  string,
  struct,
  syscall,
} from '../arguments.js';
import * as k from '../constants.js';
import { makedev } from '../files/device-numbers.js';
import type { Argument, Descriptor, Syscall } from '../syscall.js';

/** open(2). Returns a descriptor. */
export function open(path: string, openFlags: number, createMode = 0): Syscall {
  return openat(k.AT_FDCWD, path, openFlags, createMode);
}

/** openat(2). Returns a descriptor. */
export function openat(dirfd: Descriptor, path: string, openFlags: number, createMode = 0): Syscall {
  const how = flags(k.OPEN_FLAGS, openFlags, 'O_RDONLY');
  const rest = openFlags & k.O_CREAT ? [mode(createMode)] : [];
  return syscall('openat', directory(dirfd), string(path), how, ...rest);
}

/** read(2) into a buffer, which holds the bytes afterwards. Returns their number. */
export function read(fd: Descriptor, into: Uint8Array): Syscall {
  return syscall('read', descriptor(fd), buffer(into), integer(into.length));
}

/** write(2). Returns the number of bytes. */
export function write(fd: Descriptor, data: string | Uint8Array): Syscall {
  const raw = typeof data === 'string' ? Buffer.from(data) : data;
  return syscall('write', descriptor(fd), new Data(raw), integer(raw.length));
}

/** fallocate(2): what becomes of the space of a part of a file. */
export function fallocate(
  fd: Descriptor,
  mode: number,
  { offset, length }: { offset: number; length: number },
): Syscall {
  return syscall('fallocate', descriptor(fd), flags(k.FALLOC_FLAGS, mode), integer(offset), integer(length));
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

/** fcntl(2), F_ADD_SEALS: forbids some changes to a file in memory, for good. */
export function addSeals(fd: Descriptor, seals: number): Syscall {
  return syscall('fcntl', descriptor(fd), oneOf(k.FCNTL_COMMANDS, k.F_ADD_SEALS), flags(SEALS, seals));
}

/** Linux 6.3: its permission to be executed. Named here, since the headers of older kernels lack it. */
export const F_SEAL_EXEC = 0x20;
const SEALS = { ...k.SEALS, F_SEAL_EXEC };

export const SEEK_DATA = 3;
export const SEEK_HOLE = 4;

/** lseek(2). Returns the new offset; with SEEK_DATA and SEEK_HOLE that of the next byte that is, or is not, on the disk. ENXIO: there is none. */
export function lseek(fd: Descriptor, offset: number, whence: number): Syscall {
  return syscall('lseek', descriptor(fd), integer(offset), oneOf({ SEEK_DATA, SEEK_HOLE }, whence));
}

/** flock(2). The kernel releases the lock when the descriptor is closed, also by a SIGKILL. */
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

/** ppoll(2) of one descriptor, without waiting and without events: returns 1 for POLLERR, POLLHUP, POLLNVAL, which it always reports. */
export function ppoll(fd: number): Syscall {
  return ppollOf(bytes(new Uint8Array(new Int32Array([fd, 0]).buffer), `[{${fd}, 0}]`));
}

/** ppoll(2) of a struct pollfd, without waiting: the kernel writes into it what there is. */
export function ppollInto(pollfd: Int32Array<ArrayBuffer>): Syscall {
  return ppollOf(buffer(new Uint8Array(pollfd.buffer)));
}

function ppollOf(pollfd: Argument): Syscall {
  return syscall('ppoll', pollfd, integer(1), bytes(new Uint8Array(16), '{0, 0}'), named('NULL', 0), integer(8));
}

export function mkdir(path: string, createMode: number): Syscall {
  return mkdirat(k.AT_FDCWD, path, createMode);
}

export function mkdirat(dirfd: Descriptor, path: string, createMode: number): Syscall {
  return syscall('mkdirat', directory(dirfd), string(path), mode(createMode));
}

export function rmdir(path: string): Syscall {
  return syscall('unlinkat', CWD, string(path), flags(k.AT_FLAGS, k.AT_REMOVEDIR));
}

export function unlink(path: string): Syscall {
  return syscall('unlinkat', CWD, string(path), integer(0));
}

/** mknod(2). `device` is [major, minor]. */
export function mknod(path: string, fileMode: number, device: readonly [number, number] = [0, 0]): Syscall {
  const type = { [k.S_IFCHR]: 'S_IFCHR|', [k.S_IFBLK]: 'S_IFBLK|', [k.S_IFIFO]: 'S_IFIFO|' }[fileMode & k.S_IFMT] ?? '';
  const permissions = named(`${type}0${(fileMode & 0o7777).toString(8)}`, fileMode);
  return syscall('mknodat', CWD, string(path), permissions, named(`makedev(${device.join(', ')})`, makedev(device)));
}

/** rename(2), by the call that both architectures have: renameat2(2) without flags. */
export function rename(oldpath: string, newpath: string): Syscall {
  return syscall('renameat2', CWD, string(oldpath), CWD, string(newpath), integer(0));
}

/** lgetxattr(2): an extended attribute of the file itself, not of what a symbolic link leads to. Returns the number of bytes in `value`. */
export function lgetxattr(path: string, name: string, value: Uint8Array): Syscall {
  return syscall('lgetxattr', string(path), string(name), buffer(value), integer(value.length));
}

/** llistxattr(2): the names of a file's extended attributes, each with a NUL behind it. Returns the number of bytes in `names`. */
export function llistxattr(path: string, names: Uint8Array): Syscall {
  return syscall('llistxattr', string(path), buffer(names), integer(names.length));
}

/** lsetxattr(2): the same attribute, made or changed. */
export function lsetxattr(path: string, name: string, value: Uint8Array): Syscall {
  return syscall('lsetxattr', string(path), string(name), bytes(value, '…'), integer(value.length), integer(0));
}

/** fsetxattr(2): the same of an open file. */
export function fsetxattr(fd: Descriptor, name: string, value: Uint8Array): Syscall {
  return syscall('fsetxattr', descriptor(fd), string(name), bytes(value, '…'), integer(value.length), integer(0));
}

/** utimensat(2): sets both times of a file, in nanoseconds since 1970. A symbolic link is not followed. */
export function utimensat(path: string, nanoseconds: bigint): Syscall {
  return syscall('utimensat', CWD, string(path), bothTimes(nanoseconds), NOFOLLOW);
}

/** utimensat(2) without a path, which is futimens(3): sets both times of an open file. */
export function futimens(fd: Descriptor, nanoseconds: bigint): Syscall {
  return syscall('utimensat', descriptor(fd), named('NULL', 0), bothTimes(nanoseconds), integer(0));
}

/** Two struct timespec. */
function bothTimes(nanoseconds: bigint): Argument {
  const part = ((nanoseconds % SECOND) + SECOND) % SECOND;
  const seconds = (nanoseconds - part) / SECOND;
  return struct([seconds, part, seconds, part], `[${seconds}, ${part}]`);
}

const SECOND = 1_000_000_000n;
const NOFOLLOW = named('AT_SYMLINK_NOFOLLOW', k.AT_SYMLINK_NOFOLLOW);

/** linkat(2). A symbolic link is not followed: the link itself gets another name. */
export function link(oldpath: string, newpath: string): Syscall {
  return syscall('linkat', CWD, string(oldpath), CWD, string(newpath), integer(0));
}

/** linkat(2), AT_SYMLINK_FOLLOW: with /proc/self/fd/N as the old path, a file that has no name gets one (open(2), O_TMPFILE). */
export function linkThrough(oldpath: string, newpath: string): Syscall {
  return syscall('linkat', CWD, string(oldpath), CWD, string(newpath), flags(k.AT_FLAGS, k.AT_SYMLINK_FOLLOW));
}

export function symlink(target: string, linkpath: string): Syscall {
  return syscall('symlinkat', string(target), CWD, string(linkpath));
}

/** readlink(2): what a symbolic link says, without a NUL behind it. Returns the number of bytes. */
export function readlink(path: string, into: Uint8Array): Syscall {
  return syscall('readlinkat', CWD, string(path), buffer(into), integer(into.length));
}

export function chmod(path: string, newMode: number): Syscall {
  return syscall('fchmodat', CWD, string(path), mode(newMode));
}

/** fchmod(2) */
export function fchmod(fd: Descriptor, newMode: number): Syscall {
  return syscall('fchmod', descriptor(fd), mode(newMode));
}

/** fchown(2) */
export function fchown(fd: Descriptor, owner: number, group: number): Syscall {
  return syscall('fchown', descriptor(fd), integer(owner), integer(group));
}

/** lchown(2). A symbolic link is not followed. */
export function lchown(path: string, owner: number, group: number): Syscall {
  return syscall('fchownat', CWD, string(path), integer(owner), integer(group), NOFOLLOW);
}

/** chown(2). A symbolic link is followed. */
export function chown(path: string, owner: number, group: number): Syscall {
  return syscall('fchownat', CWD, string(path), integer(owner), integer(group), integer(0));
}

export function umask(mask: number): Syscall {
  return syscall('umask', mode(mask));
}
