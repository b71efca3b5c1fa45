import { capset, prctl, setgroups, setresgid, setresuid } from '../../../src/kernel/calls/index.js';
import { CAP_SYS_ADMIN, PR_CAPBSET_DROP, PR_SET_KEEPCAPS } from '../../../src/kernel/constants.js';
import { CAPABILITIES } from '../../../src/kernel/credentials/capability-names.js';
import { once } from '../../../src/kernel/once.js';
import type { Syscall } from '../../../src/kernel/syscall.js';
import type { Process } from '../../../src/oci/spec.js';

/** Capabilities by their names. */
type Sets = NonNullable<Process['capabilities']>;
type User = Process['user'];

/** What the process has that makes the calls, a bit each. */
export interface OwnSets {
  readonly bounding: bigint;
  readonly permitted: bigint;
}

// #region bounding
/**
 * Gives up for good what the bounding set of a container has not: execve(2) gives it to nobody, root included. Only what is there can be
 * given up, and that takes CAP_SETPCAP (PR_CAPBSET_DROP(2const)). The other sets follow at the execve.
 */
export function limitBounding(own: OwnSets, { bounding = [] }: Sets = {}): Syscall[] {
  return numbersIn(own.bounding & ~setOf(bounding)).map(drop);
}

const drop = once((capability: number) => prctl(PR_CAPBSET_DROP, capability));
// #endregion

// #region keep-admin
/**
 * What root keeps up to its execve: what it is to have, and CAP_SYS_ADMIN, which loading a filter takes (seccomp(2)). execve takes
 * that away where the bounding set lacks it. Until then nobody inside has as much as this process, so nobody may look into it (ptrace(2)).
 */
export function keepAdmin(own: OwnSets, sets: Sets = {}): Syscall[] {
  const { bounding = [], permitted = bounding, effective = permitted } = sets;
  return [capset(own.permitted & (setOf(effective) | ADMIN), own.permitted & (setOf(permitted) | ADMIN), 0n)];
}
// #endregion

// #region user
/**
 * Becomes a user: groups first, the user last, since afterwards nothing may be changed any more (setresuid(2), setgroups(2)). In a user
 * namespace of one user nobody may set groups (user_namespaces(7)). Another than root would lose all capabilities, and keeps CAP_SYS_ADMIN up to
 * the execve, as above. No other: execve opens the program with what there is, and would find it in a directory that is closed to that user.
 */
export function becomeUser({ uid, gid, additionalGids = [] }: User, maySetGroups: boolean): Syscall[] {
  const groups = maySetGroups ? [setgroups(additionalGids)] : [];
  if (uid === 0 && gid === 0) return groups;
  const ids = [...groups, setresgid(gid, gid, gid), setresuid(uid, uid, uid)];
  return uid === 0 ? ids : [prctl(PR_SET_KEEPCAPS, 1), ...ids, capset(ADMIN, ADMIN, 0n)];
}
// #endregion

const ADMIN = bit(CAP_SYS_ADMIN);

function setOf(names: readonly string[]): bigint {
  return names.reduce((set, name) => set | bit(CAPABILITIES.indexOf(name)), 0n);
}

function numbersIn(set: bigint): number[] {
  return [...set.toString(2)].reverse().flatMap((digit, number) => (digit === '1' ? number : []));
}

function bit(number: number): bigint {
  return 1n << BigInt(number);
}
