import { setgroups, setresgid, setresuid } from '../../../src/kernel/calls/index.js';
import { isPrivileged } from '../../../src/kernel/credentials/privilege.js';
import type { Syscall } from '../../../src/kernel/syscall.js';

/** Who a program runs as, in numbers, and where its home is. */
export interface Identity {
  readonly uid: number;
  readonly gid: number;
  /** Supplementary groups. */
  readonly groups: readonly number[];
  readonly home: string;
}

/** Gives up root: groups first, the user last, since afterwards nothing may be changed any more (setresuid(2), setgroups(2)). */
export function becomeUser({ uid, gid, groups }: Identity): Syscall[] {
  if (uid === 0 && gid === 0) return isPrivileged() ? [setgroups(groups)] : [];
  return [setgroups(groups), setresgid(gid, gid, gid), setresuid(uid, uid, uid)];
}
