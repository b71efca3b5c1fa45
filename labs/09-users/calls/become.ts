import { setgroups, setresgid, setresuid } from '../../../src/kernel/calls/index.js';
import type { Syscall } from '../../../src/kernel/syscall.js';

// #region become
/** Becomes a user of the user namespace that the caller is in. A map alone changes nobody's id: who came in from outside is still that one. */
export function become(uid: number, gid: number): Syscall[] {
  return [setgroups([]), setresgid(gid, gid, gid), setresuid(uid, uid, uid)];
}
// #endregion
