import { chdir, mount, pivotRoot, umount2 } from '../../../src/kernel/calls/index.js';
import * as k from '../../../src/kernel/constants.js';
import type { Syscall } from '../../../src/kernel/syscall.js';
import { mountProc, privateMounts } from '../../01-pid-namespace/calls/proc.js';
import { makeDev } from './dev.js';
import { maskPaths } from './masks.js';
import { mountPoints } from './mount-points.js';

/** The namespaces of a container with a root of its own; sysfs wants the network's, mqueue the IPC's. */
export const ROOT_NAMESPACES = k.CLONE_NEWNS | k.CLONE_NEWPID | k.CLONE_NEWNET | k.CLONE_NEWIPC;

// #region enter-root
/** pivot_root(2) wants the new root to be a mount point: bound on itself, any directory is one. Then goes there. */
export function bindSelf(root: string): Syscall[] {
  return [mount(root, root, null, k.MS_BIND | k.MS_REC, null), chdir(root)];
}

/** Makes the working directory the root of the mount namespace; the old root ends up stacked on it (pivot_root(2), NOTES). */
export function swapRoots(): Syscall[] {
  return [pivotRoot('.', '.')];
}

/** Takes the old root, and with it every mount of the host, out of the namespace. */
export function detachOldRoot(): Syscall[] {
  return [umount2('.', k.MNT_DETACH), chdir('/')];
}
// #endregion

// #region mount-sys
/** sysfs shows the links of the network namespace in which it is mounted, hence CLONE_NEWNET; read-only, as in Docker, unless it is privileged. */
export function mountSys(isWritable = false): Syscall[] {
  const readOnly = isWritable ? 0 : k.MS_RDONLY;
  return [mount('sysfs', '/sys', 'sysfs', readOnly | k.MS_NOSUID | k.MS_NODEV | k.MS_NOEXEC, null)];
}
// #endregion

/** A step's calls, or none where `--skip` leaves the step out. */
export type Pick = (step: string, calls: readonly Syscall[]) => readonly Syscall[];

// #region container-root
/**
 * All that makes `root` the root of a container, furnished like Docker's. /proc and /sys come before the old root goes: in a
 * user namespace the kernel allows them only while others are in sight (mount_too_revealing(), fs/namespace.c).
 */
export function containerRoot(root: string, privileged: boolean, pick: Pick = (_, calls) => calls): Syscall[] {
  return [
    ...privateMounts(),
    ...bindSelf(root),
    ...mountPoints(),
    ...pick('mount-dev', makeDev(privileged)),
    ...swapRoots(),
    ...pick('mount-proc', mountProc()),
    ...pick('mount-sys', mountSys()),
    ...pick('umount-old-root', detachOldRoot()),
    ...pick('mask', maskPaths()),
  ];
}
// #endregion
