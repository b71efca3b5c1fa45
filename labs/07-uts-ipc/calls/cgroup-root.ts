import { unshare } from '../../../src/kernel/calls/index.js';
import { CLONE_NEWCGROUP } from '../../../src/kernel/constants.js';
import type { Syscall } from '../../../src/kernel/syscall.js';

// #region cgroup-root
/** The cgroups that the caller is in at this moment become the roots that it sees (cgroup_namespaces(7)): so it joins them first. */
export function ownCgroupRoot(join: readonly Syscall[]): Syscall[] {
  return [...join, unshare(CLONE_NEWCGROUP)];
}
// #endregion
