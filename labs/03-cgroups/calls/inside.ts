import { close, mkdir, mount, symlink } from '../../../src/kernel/calls/index.js';
import * as m from '../../../src/kernel/calls/mount-api.js';
import * as k from '../../../src/kernel/constants.js';
import type { Syscall } from '../../../src/kernel/syscall.js';

/** What a container can see of its own cgroup. */
export type CgroupView =
  /** A directory in each hierarchy that it has one in: the name of the hierarchy (`cpu,cpuacct`), the directory on the host. */
  | { readonly version: 1; readonly directories: ReadonlyMap<string, string> }
  /** The cgroup that is the root for the process when its list comes to this (cgroup_namespaces(7)); or the `whole` tree of the host. */
  | { readonly version: 2; readonly whole: boolean };

/** Where programs look for their limits. sysfs has an empty directory there. */
const PLACE = '/sys/fs/cgroup';
const FLAGS = k.MS_NOSUID | k.MS_NODEV | k.MS_NOEXEC;

// #region own-cgroup
/**
 * Shows a container its own cgroup, read-only, as Docker does, unless it is privileged. In two parts: the directories of v1 are the host's, so
 * they are taken hold of before the pivot.
 */
export function showCgroup(view: CgroupView, isWritable = false): { opened: Syscall[]; attached: Syscall[] } {
  const set = isWritable ? ATTRIBUTES : ATTRIBUTES | m.MOUNT_ATTR_RDONLY;
  if (view.version === 2) return view.whole ? bindWhole(set) : { opened: [], attached: [mountAsRoot(isWritable)] };
  const trees = new Map([...view.directories].map(([name, directory]) => [name, openDirectory(directory)]));
  return { opened: [...trees.values()], attached: attachEach(trees, set) };
}

/** v2: in a cgroup namespace the cgroup that one was in is the root, and so it is in a new mount. */
function mountAsRoot(isWritable: boolean): Syscall {
  return mount('cgroup', PLACE, 'cgroup2', isWritable ? FLAGS : FLAGS | k.MS_RDONLY, null);
}

/** In the host's cgroup namespace only root may mount it, but anybody bind it. */
function bindWhole(set: number): { opened: Syscall[]; attached: Syscall[] } {
  const tree = openDirectory(PLACE);
  return {
    opened: [tree],
    attached: [
      m.mountSetattr(tree, '', k.AT_EMPTY_PATH | k.AT_RECURSIVE, { set, propagation: k.MS_PRIVATE }),
      m.moveMount(tree, '', k.AT_FDCWD, PLACE, m.MOVE_MOUNT_F_EMPTY_PATH),
      close(tree),
    ],
  };
}

/** v1: bind mounts in a tmpfs, and links for controllers that share a hierarchy. All of it becomes read-only at once. */
function attachEach(trees: ReadonlyMap<string, Syscall>, set: number): Syscall[] {
  return [
    mount('tmpfs', PLACE, 'tmpfs', FLAGS, 'mode=755'),
    ...[...trees].flatMap(([name, tree]) => attach(name, tree)),
    m.mountSetattr(k.AT_FDCWD, PLACE, k.AT_RECURSIVE, { set, propagation: k.MS_PRIVATE }),
  ];
}
// #endregion

const ATTRIBUTES = m.MOUNT_ATTR_NOSUID | m.MOUNT_ATTR_NODEV | m.MOUNT_ATTR_NOEXEC;

function openDirectory(path: string): Syscall {
  return m.openTree(k.AT_FDCWD, path, m.OPEN_TREE_CLONE | m.OPEN_TREE_CLOEXEC);
}

function attach(name: string, tree: Syscall): Syscall[] {
  const controllers = name.includes(',') ? name.split(',') : [];
  return [
    mkdir(`${PLACE}/${name}`, 0o755),
    m.moveMount(tree, '', k.AT_FDCWD, `${PLACE}/${name}`, m.MOVE_MOUNT_F_EMPTY_PATH),
    close(tree),
    ...controllers.map((controller) => symlink(name, `${PLACE}/${controller}`)),
  ];
}
