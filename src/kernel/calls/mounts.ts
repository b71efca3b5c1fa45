/** Calls on mounts and roots, by path; those by descriptor are in mount-api.ts. */
import { descriptor, flags, string, syscall } from '../arguments.js';
import * as k from '../constants.js';
import type { Descriptor, Syscall } from '../syscall.js';

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
