import { clone, setns } from '../../../src/kernel/calls/index.js';
import { CLONE_NEWUTS } from '../../../src/kernel/constants.js';
import type { Descriptor, Syscall } from '../../../src/kernel/syscall.js';
import { ROOT_NAMESPACES } from '../../02-rootfs/calls/root.js';

/**
 * The namespaces that a container of this lab has to itself. No more should be asked for: setns(2) into one that the container
 * shares with the host takes CAP_SYS_ADMIN there, which a user namespace does not give.
 */
export const ALL_NAMESPACES = ROOT_NAMESPACES | CLONE_NEWUTS;

// #region enter
/**
 * Enters namespaces of a process through its pidfd, all at once (setns(2), Linux 5.8). The mount namespace brings its root and
 * working directory along. A pid namespace takes in only children, so a child is what goes on from here (clone(2)).
 */
export function enterNamespaces(pidfd: Descriptor, namespaces: number): Syscall[] {
  return [setns(pidfd, namespaces), clone(0)];
}

/** The same as `docker exec` does it: into the cgroup first, while its files are in sight, then into the namespaces. */
export function enterContainer(
  pidfd: Descriptor,
  joinCgroup: readonly Syscall[],
  namespaces = ALL_NAMESPACES,
): Syscall[] {
  return [...joinCgroup, ...enterNamespaces(pidfd, namespaces)];
}
// #endregion
