import { setns } from '../../../src/kernel/calls/index.js';
import { CLONE_NEWUSER } from '../../../src/kernel/constants.js';
import type { Descriptor, Syscall } from '../../../src/kernel/syscall.js';
import { become } from './become.js';

// #region enter
/** Into the user namespace behind a descriptor, and others of the same process where it is a pidfd: as the root of in there. */
export function enterUserNamespace(fd: Descriptor, others = 0): Syscall[] {
  return [setns(fd, CLONE_NEWUSER | others), ...become(0, 0)];
}
// #endregion
