import { chdir, close, fchdir, mkdir, mknod, mount, open, setns } from '../../../src/kernel/calls/index.js';
import * as m from '../../../src/kernel/calls/mount-api.js';
import * as k from '../../../src/kernel/constants.js';
import { type Descriptor, mayFail, type Syscall } from '../../../src/kernel/syscall.js';

/** How a volume is attached. */
export interface VolumeOptions {
  readonly readOnly: boolean;
  /** MOUNT_ATTR_* beside that. None where it is left out. */
  readonly attributes?: number;
  /** MS_PRIVATE, MS_SLAVE, MS_SHARED, or 0 for what the source has. */
  readonly propagation: number;
  /** False: a single file. */
  readonly isDirectory: boolean;
  /** RESOLVE_*: which links on the way to the mount point are refused (openat2(2)). None where it is left out. */
  readonly resolve?: number;
}

// #region open-volume
/** Takes hold of a host's file or directory while paths still mean the host's: before the pivot. */
export function openVolume(source: string, recursive = true): Syscall {
  const below = recursive ? k.AT_RECURSIVE : 0;
  return m.openTree(k.AT_FDCWD, source, m.OPEN_TREE_CLONE | m.OPEN_TREE_CLOEXEC | below);
}
// #endregion

// #region attach-volume
/**
 * Attaches it inside, after the pivot, when every symbolic link and `..` of the image ends at the container's own root: an
 * image whose mount point is a link to /etc gets its own /etc, not the host's.
 */
export function attachVolume(tree: Syscall, target: string, options: VolumeOptions): Syscall[] {
  const set = (options.readOnly ? m.MOUNT_ATTR_RDONLY : 0) | (options.attributes ?? 0);
  const change = { set, propagation: options.propagation };
  const same = change.set === 0 && change.propagation === 0;
  const place = openPlace(target, options.resolve);
  return [
    ...makeMountPoint(target, options.isDirectory),
    ...(same ? [] : [m.mountSetattr(tree, '', k.AT_EMPTY_PATH | k.AT_RECURSIVE, change)]),
    place,
    m.moveMount(tree, '', place, '', m.MOVE_MOUNT_F_EMPTY_PATH | m.MOVE_MOUNT_T_EMPTY_PATH),
    close(place),
    close(tree),
  ];
}

/** Looks a mount point up: what is mounted on the descriptor is mounted on what was found, whatever the path means by then. */
function openPlace(target: string, resolve = 0): Syscall {
  return m.openat2(k.AT_FDCWD, target, { flags: k.O_PATH | k.O_CLOEXEC, resolve });
}
// #endregion

// #region tmpfs
/** tmpfs: files in memory, gone with the container. `options` are the filesystem's own: `size=64m,mode=1777` (tmpfs(5)). */
export function mountTmpfs(target: string, options: string, resolve = 0): Syscall[] {
  const [place, flags] = [openPlace(target, resolve), k.MS_NOSUID | k.MS_NODEV | k.MS_NOEXEC];
  const onPlace = [place, fchdir(place), mount('tmpfs', '.', 'tmpfs', flags, options || null), close(place)];
  return [...makeMountPoint(target, true), ...onPlace, chdir('/')];
}
// #endregion

/** A mount that is attached nowhere yet (`tree`), and the calls that come to it. */
export interface Tree {
  readonly tree: Syscall;
  readonly calls: readonly Syscall[];
}

// #region filesystem
/**
 * Mounts a filesystem as mount(8) does with a type, a device and options, in steps. Each option has a call of its own, so where one is
 * wrong the kernel says which (fsconfig(2)).
 */
export function newFilesystem(type: string, device: string, options: readonly string[]): Tree {
  const context = m.fsopen(type);
  const words = options.filter((word) => !WITHOUT_EFFECT.has(word));
  const parameters = words.filter((word) => word === 'ro' || ATTRIBUTES[word] === undefined);
  const attributes = words.reduce((set, word) => set | (ATTRIBUTES[word] ?? 0), 0);
  const tree = m.fsmount(context, m.FSMOUNT_CLOEXEC, attributes);
  const configured = [`source=${device}`, ...parameters].map((word) => parameter(context, word));
  return { tree, calls: [context, ...configured, m.fsconfig(context, m.FSCONFIG_CMD_CREATE), tree, close(context)] };
}

function parameter(context: Syscall, word: string): Syscall {
  const [key = '', value] = word.split(/=(.*)/s);
  if (value === undefined) return m.fsconfig(context, m.FSCONFIG_SET_FLAG, key);
  return m.fsconfig(context, m.FSCONFIG_SET_STRING, key, value);
}
// #endregion

/** Options that are the mount's, not the filesystem's (mount(2)); `ro` is both. */
const ATTRIBUTES: Partial<Record<string, number>> = {
  ro: m.MOUNT_ATTR_RDONLY,
  nosuid: m.MOUNT_ATTR_NOSUID,
  nodev: m.MOUNT_ATTR_NODEV,
  noexec: m.MOUNT_ATTR_NOEXEC,
  noatime: m.MOUNT_ATTR_NOATIME,
  nodiratime: m.MOUNT_ATTR_NODIRATIME,
  strictatime: m.MOUNT_ATTR_STRICTATIME,
};

/** They say what holds anyway (mount(8)). */
const WITHOUT_EFFECT: ReadonlySet<string> = new Set(
  'defaults rw suid dev exec async atime diratime relatime norelatime nostrictatime'.split(' '),
);

// #region from-another
/** Takes hold of a mount that another container has, and comes back: so both have the same files, and the last one takes it along. */
export function fromAnother(namespace: Descriptor, place: string): Tree {
  const own = open('/proc/self/ns/mnt', k.O_RDONLY | k.O_CLOEXEC);
  const tree = m.openTree(k.AT_FDCWD, place, m.OPEN_TREE_CLONE | m.OPEN_TREE_CLOEXEC);
  return { tree, calls: [own, setns(namespace, k.CLONE_NEWNS), tree, setns(own, k.CLONE_NEWNS), close(own)] };
}
// #endregion

// #region mount-point
/** What a mount needs to cover: the directories on the way, and a directory or an empty file at the end. Each may be there already. */
export function makeMountPoint(target: string, isDirectory: boolean): Syscall[] {
  const names = target.split('/').filter(Boolean);
  const paths = names.map((_, i) => `/${names.slice(0, i + 1).join('/')}`);
  const directories = isDirectory ? paths : paths.slice(0, -1);
  const made = directories.map((path) => mayFail(mkdir(path, 0o755)));
  if (isDirectory) return made;
  // Not open(2), which would wait at a pipe that the image has there, and make overlayfs copy a file that it has.
  return [...made, mayFail(mknod(target, 0o644))];
}
// #endregion
