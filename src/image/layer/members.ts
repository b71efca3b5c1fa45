/** The calls that make what a member of an archive describes. Paths start at the layer's directory, which is the root of the list. */
import * as calls from '../../kernel/calls/index.js';
import { O_APPEND, O_CREAT, O_EXCL, O_NOFOLLOW, O_WRONLY, S_IFBLK, S_IFCHR, S_IFIFO } from '../../kernel/constants.js';
import type { Syscall } from '../../kernel/syscall.js';
import { attributeName } from '../../overlay/attributes.js';
import type { TarEntry } from '../../tar/entry.js';
import { isKept, isPossible } from './attributes.js';
import { type Owners, ownerOfMember } from './owners.js';
import type { Directory } from './tree.js';

/** What a directory has of which only a file in it was in the archive. */
export const IMPLIED_MODE = 0o755;

/** open(2) of a file that is not there. Nothing is followed, and nothing that is there is written to. */
export function openNew(path: string, { mode }: TarEntry): Syscall {
  return calls.open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode & 0o777);
}

/** open(2) of a file that an earlier list began: its descriptor is gone with that. */
export function openAgain(path: string): Syscall {
  return calls.open(path, O_WRONLY | O_APPEND | O_NOFOLLOW);
}

/** write(2) of all of it: after a short write the list stops. */
export function writeAll(fd: Syscall, data: Uint8Array): Syscall {
  return { ...calls.write(fd, data), min: BigInt(data.length) };
}

/**
 * What is set when all is written, in this order: write(2) clears set-user-ID bits and capabilities, and so does chown(2), for root too
 * (inode(7), capabilities(7)); and write(2) sets the time.
 */
export function finishFile(fd: Syscall, entry: TarEntry, owners: Owners): Syscall[] {
  const { mode } = entry;
  const owner = ownerOfMember(entry, owners);
  return [
    ...(owner ? [calls.fchown(fd, owner.uid, owner.gid)] : []),
    ...(mode & 0o7000 ? [calls.fchmod(fd, mode)] : []),
    ...attributesOf(entry, owners).map(([name, value]) => calls.fsetxattr(fd, name, value)),
    calls.futimens(fd, timeOf(entry)),
    calls.close(fd),
  ];
}

/**
 * Made when all in it is: a file that is made in a directory sets its time, and has its group where that has a set-group-ID bit.
 */
export function finishDirectory(path: string, directory: Directory, owners: Owners): Syscall[] {
  const { entry } = directory;
  const at = path === '' ? '.' : path;
  const opaque = directory.isOpaque ? [calls.lsetxattr(at, opaqueName(owners), Buffer.from('y'))] : [];
  if (!entry) return opaque;
  return [
    ...ownerCalls(at, entry, owners),
    calls.chmod(at, entry.mode),
    ...opaque,
    ...attributesOf(entry, owners).map(([name, value]) => calls.lsetxattr(at, name, value)),
    calls.utimensat(at, timeOf(entry)),
  ];
}

function opaqueName(owners: Owners): string {
  return attributeName('opaque', owners === 'theirs');
}

export function makeSymlink(path: string, entry: TarEntry, owners: Owners): Syscall[] {
  return [
    calls.symlink(entry.linkName, path),
    ...ownerCalls(path, entry, owners),
    calls.utimensat(path, timeOf(entry)),
  ];
}

/** A device or a pipe. */
export function makeNode(path: string, entry: TarEntry, owners: Owners): Syscall[] {
  const type = { 'character device': S_IFCHR, 'block device': S_IFBLK }[entry.type as string] ?? S_IFIFO;
  return [
    calls.mknod(path, type | (entry.mode & 0o777), type === S_IFIFO ? undefined : entry.device),
    ...ownerCalls(path, entry, owners),
    ...(entry.mode & 0o7000 ? [calls.chmod(path, entry.mode)] : []),
    calls.utimensat(path, timeOf(entry)),
  ];
}

/** A device of no driver, which overlayfs takes for a deleted name. A user namespace may make it since Linux 5.8. */
export function makeWhiteout(path: string): Syscall[] {
  return [calls.mknod(path, S_IFCHR)];
}

function ownerCalls(path: string, entry: TarEntry, owners: Owners): Syscall[] {
  const owner = ownerOfMember(entry, owners);
  return owner ? [calls.lchown(path, owner.uid, owner.gid)] : [];
}

/** What filesystems have room for: ext4 ends in 2446. The kernel cuts off what is left. */
const [FIRST, LAST] = [-(2n ** 31n) * 1_000_000_000n, 2n ** 34n * 1_000_000_000n];

function timeOf({ mtime }: TarEntry): bigint {
  if (mtime < FIRST) return FIRST;
  return mtime > LAST ? LAST : mtime;
}

function attributesOf({ attributes }: TarEntry, owners: Owners): (readonly [string, Uint8Array])[] {
  return [...attributes].filter(([name, value]) => isKept(name, owners) && isPossible(name, value, owners));
}
