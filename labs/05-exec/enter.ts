import { clone, setns } from '../../src/kernel/calls.js';
import * as k from '../../src/kernel/constants.js';
import type { Descriptor, Syscall } from '../../src/kernel/syscall.js';

/** All namespaces of a container but the user's, which only an unprivileged tslab has to enter too. */
export const ALL_NAMESPACES =
  k.CLONE_NEWNS | k.CLONE_NEWPID | k.CLONE_NEWUTS | k.CLONE_NEWIPC | k.CLONE_NEWNET | k.CLONE_NEWCGROUP;

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
