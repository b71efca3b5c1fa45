/** The mount API by descriptors: a mount is made first and attached to a path later. Linux 5.2; man pages fsopen(2) and so on since man-pages 6.14. */
import { bytes, descriptor, flags, integer, named, oneOf, string, syscall } from '../arguments.js';
import { AT_FDCWD, AT_FLAGS, flagNames, MOUNT_FLAGS, OPEN_FLAGS } from '../constants.js';
import type { Descriptor, Syscall } from '../syscall.js';

const FSOPEN_CLOEXEC = 0x1;
export const FSCONFIG_SET_FLAG = 0;
export const FSCONFIG_SET_STRING = 1;
export const FSCONFIG_CMD_CREATE = 6;
export const FSMOUNT_CLOEXEC = 0x1;
export const MOUNT_ATTR_RDONLY = 0x1;
export const MOUNT_ATTR_NOSUID = 0x2;
export const MOUNT_ATTR_NODEV = 0x4;
export const MOUNT_ATTR_NOEXEC = 0x8;
export const MOUNT_ATTR_NOATIME = 0x10;
export const MOUNT_ATTR_STRICTATIME = 0x20;
export const MOUNT_ATTR_NODIRATIME = 0x80;
export const MOUNT_ATTR_IDMAP = 0x100000;
export const OPEN_TREE_CLONE = 0x1;
export const OPEN_TREE_CLOEXEC = 0x80000;
export const MOVE_MOUNT_F_EMPTY_PATH = 0x4;
export const MOVE_MOUNT_T_EMPTY_PATH = 0x40;
export const RESOLVE_NO_XDEV = 0x1;
export const RESOLVE_NO_MAGICLINKS = 0x2;
export const RESOLVE_NO_SYMLINKS = 0x4;
export const RESOLVE_IN_ROOT = 0x10;

const FSOPEN_FLAGS = { FSOPEN_CLOEXEC };
const FSMOUNT_FLAGS = { FSMOUNT_CLOEXEC };
const FSCONFIG_COMMANDS = { FSCONFIG_SET_FLAG, FSCONFIG_SET_STRING, FSCONFIG_CMD_CREATE };
const MOUNT_ATTRIBUTES = {
  ...{ MOUNT_ATTR_RDONLY, MOUNT_ATTR_NOSUID, MOUNT_ATTR_NODEV, MOUNT_ATTR_NOEXEC },
  ...{ MOUNT_ATTR_NOATIME, MOUNT_ATTR_STRICTATIME, MOUNT_ATTR_NODIRATIME },
  MOUNT_ATTR_IDMAP,
};
const OPEN_TREE_FLAGS = { OPEN_TREE_CLONE, OPEN_TREE_CLOEXEC, ...AT_FLAGS };
const MOVE_MOUNT_FLAGS = { MOVE_MOUNT_F_EMPTY_PATH, MOVE_MOUNT_T_EMPTY_PATH };
const RESOLVE_FLAGS = { RESOLVE_NO_XDEV, RESOLVE_NO_MAGICLINKS, RESOLVE_NO_SYMLINKS, RESOLVE_IN_ROOT };

/** fsopen(2). Returns a descriptor of a filesystem that is being configured. */
export function fsopen(fsname: string, openFlags = FSOPEN_CLOEXEC): Syscall {
  return syscall('fsopen', string(fsname), flags(FSOPEN_FLAGS, openFlags));
}

/** fsconfig(2). `value` is null where the command takes none. */
export function fsconfig(
  fd: Descriptor,
  command: number,
  key: string | null = null,
  value: string | null = null,
): Syscall {
  return syscall('fsconfig', descriptor(fd), oneOf(FSCONFIG_COMMANDS, command), string(key), string(value), NO_AUX);
}

const NO_AUX = integer(0);

/** fsmount(2). Returns a descriptor of a mount that is not attached yet. */
export function fsmount(fd: Descriptor, mountFlags = FSMOUNT_CLOEXEC, attributes = 0): Syscall {
  return syscall('fsmount', descriptor(fd), flags(FSMOUNT_FLAGS, mountFlags), flags(MOUNT_ATTRIBUTES, attributes));
}

/** open_tree(2). With OPEN_TREE_CLONE it copies a mount as MS_BIND does, and does not attach it yet; AT_RECURSIVE copies those below too. */
export function openTree(dirfd: Descriptor, path: string, treeFlags: number): Syscall {
  return syscall('open_tree', at(dirfd), string(path), flags(OPEN_TREE_FLAGS, treeFlags));
}

/** move_mount(2). Attaches the mount behind a descriptor (MOVE_MOUNT_F_EMPTY_PATH, `from` empty) to a path, or to the place behind another descriptor (…_T_EMPTY_PATH). */
export function moveMount(fromFd: Descriptor, from: string, toFd: Descriptor, to: string, moveFlags: number): Syscall {
  return syscall('move_mount', at(fromFd), string(from), at(toFd), string(to), flags(MOVE_MOUNT_FLAGS, moveFlags));
}

/**
 * What mount_setattr(2) changes: MOUNT_ATTR_* to set, MS_SHARED, MS_SLAVE or MS_PRIVATE as propagation (0: as it is), and for
 * MOUNT_ATTR_IDMAP a descriptor of the user namespace whose maps the mount takes.
 */
export interface MountAttributes {
  readonly set: number;
  readonly propagation: number;
  readonly userNamespace?: number;
}

/** mount_setattr(2), Linux 5.12: with AT_RECURSIVE for all mounts below at once, or for none. */
export function mountSetattr(dirfd: Descriptor, path: string, atFlags: number, change: MountAttributes): Syscall {
  const { set, propagation, userNamespace } = change;
  const attributes = new BigUint64Array([set, 0, propagation, userNamespace ?? 0].map(BigInt));
  const names = `attr_set=${flagNames(MOUNT_ATTRIBUTES, set)}, propagation=${flagNames(MOUNT_FLAGS, propagation)}`;
  const text = `{${names}${userNamespace === undefined ? '' : `, userns_fd=${userNamespace}`}}`;
  const struct = bytes(new Uint8Array(attributes.buffer), text);
  return syscall('mount_setattr', at(dirfd), string(path), flags(AT_FLAGS, atFlags), struct, integer(32));
}

/** openat2(2), Linux 5.6: RESOLVE_IN_ROOT takes `dirfd` as / for `..`, absolute paths and symbolic links alike. */
export function openat2(
  dirfd: Descriptor,
  path: string,
  how: { flags: number; mode?: number; resolve: number },
): Syscall {
  const struct = new Uint8Array(new BigUint64Array([how.flags, how.mode ?? 0, how.resolve].map(BigInt)).buffer);
  const [names, resolve] = [flagNames(OPEN_FLAGS, how.flags, 'O_RDONLY'), flagNames(RESOLVE_FLAGS, how.resolve)];
  const text = `{flags=${names}, mode=0${(how.mode ?? 0).toString(8)}, resolve=${resolve}}`;
  return syscall('openat2', at(dirfd), string(path), bytes(struct, text), integer(struct.length));
}

function at(dirfd: Descriptor) {
  return dirfd === AT_FDCWD ? named('AT_FDCWD', AT_FDCWD) : descriptor(dirfd);
}
