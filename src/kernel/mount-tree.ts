/** Mounts that exist already, by descriptor: taken hold of, changed, attached elsewhere (`moveMount` in mount-api.ts). */
import { bytes, descriptor, flags, integer, named, string, syscall } from './arguments.js';
import { AT_FDCWD, AT_FLAGS, flagNames, MOUNT_ATTRIBUTES, OPEN_FLAGS } from './constants.js';
import type { Descriptor, Syscall } from './syscall.js';

export const OPEN_TREE_CLONE = 0x1;
export const OPEN_TREE_CLOEXEC = 0x80000;
export const RESOLVE_NO_SYMLINKS = 0x4;
export const RESOLVE_IN_ROOT = 0x10;

const OPEN_TREE_FLAGS = { OPEN_TREE_CLONE, OPEN_TREE_CLOEXEC, ...AT_FLAGS };
const RESOLVE_FLAGS = { RESOLVE_NO_SYMLINKS, RESOLVE_IN_ROOT };

/** open_tree(2), Linux 5.2. With OPEN_TREE_CLONE: a copy of a mount, attached nowhere yet, as MS_BIND would make; AT_RECURSIVE takes those below along. */
export function openTree(dirfd: Descriptor, path: string, treeFlags: number): Syscall {
  return syscall('open_tree', at(dirfd), string(path), flags(OPEN_TREE_FLAGS, treeFlags));
}

/** What mount_setattr(2) changes: MOUNT_ATTR_* to set, MS_SHARED, MS_SLAVE or MS_PRIVATE as propagation (0: as it is). */
export interface MountAttributes {
  readonly set: number;
  readonly propagation: number;
}

/** mount_setattr(2), Linux 5.12: with AT_RECURSIVE for all mounts below at once, or for none. */
export function mountSetattr(dirfd: Descriptor, path: string, atFlags: number, change: MountAttributes): Syscall {
  const attributes = new BigUint64Array([change.set, 0, change.propagation, 0].map(BigInt));
  const text = `{attr_set=${flagNames(MOUNT_ATTRIBUTES, change.set)}, propagation=0x${change.propagation.toString(16)}}`;
  const struct = bytes(new Uint8Array(attributes.buffer), text);
  return syscall('mount_setattr', at(dirfd), string(path), flags(AT_FLAGS, atFlags), struct, integer(32));
}

/** openat2(2), Linux 5.6: RESOLVE_IN_ROOT takes `dirfd` as / for `..`, absolute paths and symbolic links alike. */
export function openat2(
  dirfd: Descriptor,
  path: string,
  how: { flags: number; mode: number; resolve: number },
): Syscall {
  const struct = new Uint8Array(new BigUint64Array([how.flags, how.mode, how.resolve].map(BigInt)).buffer);
  const [names, resolve] = [flagNames(OPEN_FLAGS, how.flags, 'O_RDONLY'), flagNames(RESOLVE_FLAGS, how.resolve)];
  const text = `{flags=${names}, mode=0${how.mode.toString(8)}, resolve=${resolve}}`;
  return syscall('openat2', at(dirfd), string(path), bytes(struct, text), integer(struct.length));
}

function at(dirfd: Descriptor) {
  return dirfd === AT_FDCWD ? named('AT_FDCWD', AT_FDCWD) : descriptor(dirfd);
}
