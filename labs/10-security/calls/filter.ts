import { prctl } from '../../../src/kernel/calls/index.js';
import { SECCOMP_SET_MODE_FILTER, seccomp } from '../../../src/kernel/calls/seccomp.js';
import { PR_SET_NO_NEW_PRIVS } from '../../../src/kernel/constants.js';
import type { Syscall } from '../../../src/kernel/syscall.js';
import { allows } from '../../../src/seccomp/check.js';

// #region no-new-privs
/** From here on no execve(2) gives more than there is: set-uid bits and file capabilities have no effect (PR_SET_NO_NEW_PRIVS(2const)). */
export function noNewPrivileges(): Syscall[] {
  return [prctl(PR_SET_NO_NEW_PRIVS, 1)];
}
// #endregion

// #region filter
/**
 * Loads a filter of system calls, which holds for this process and all that come of it; nothing takes it away again. It is the last call before
 * the program, so it need not allow what a list does before: mounts, capabilities, users. Without no_new_privs that takes CAP_SYS_ADMIN,
 * so that has to be there still.
 */
export function loadFilter(program: Uint8Array, filterFlags = 0): Syscall[] {
  const load = seccomp(SECCOMP_SET_MODE_FILTER, filterFlags, program);
  return [allows(program, 'write') ? load : { ...load, silences: true }];
}
// #endregion
