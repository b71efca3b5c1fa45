import { capset, prctl, setgroups, setresgid, setresuid } from '../../../src/kernel/calls/index.js';
import { PR_CAPBSET_DROP } from '../../../src/kernel/constants.js';
import { once } from '../../../src/kernel/once.js';
import type { Syscall } from '../../../src/kernel/syscall.js';
import { CAPABILITIES } from '../../../src/oci/capabilities.js';
import type { Process } from '../../../src/oci/spec.js';

/** Capabilities by their names. */
type Sets = NonNullable<Process['capabilities']>;

/** What the process has that makes the calls, a bit each. */
export interface OwnSets {
  readonly bounding: bigint;
  readonly permitted: bigint;
}

// #region capabilities
/**
 * Gives up for good what these sets have not. What the bounding set lacks execve(2) gives to nobody, root included; capset(2) takes it
 * out of the others, and leaves none that a program could inherit. Only what is there is given up: that takes CAP_SETPCAP. A user who
 * is not root has a bounding set alone: all of it is kept, since becoming that user takes capabilities, and setresuid(2) ends them.
 */
export const limitCapabilities = once((own: OwnSets) =>
  once(({ bounding = [], permitted = bounding, effective = permitted }: Sets = {}): readonly Syscall[] => {
    const givenUp = numbersWithout(bounding).filter((number) => own.bounding & bit(number));
    const keptOf = (names: readonly string[]) => own.permitted & ~maskOf(numbersWithout(names));
    return [
      ...givenUp.map((number) => prctl(PR_CAPBSET_DROP, number)),
      capset(keptOf(effective), keptOf(permitted), 0n),
    ];
  }),
);
// #endregion

/** The numbers of all others. What is newer than our names for them stays as it is: no spec can tell. */
function numbersWithout(names: readonly string[]): number[] {
  return CAPABILITIES.flatMap((name, number) => (names.includes(name) ? [] : [number]));
}

function maskOf(numbers: readonly number[]): bigint {
  return numbers.reduce((mask, number) => mask | bit(number), 0n);
}

function bit(number: number): bigint {
  return 1n << BigInt(number);
}

/**
 * Gives up root: groups first, the user last, since afterwards nothing may be changed any more (setresuid(2), setgroups(2)). In a user
 * namespace nobody may set groups (user_namespaces(7)).
 */
export function becomeUser({ uid, gid, additionalGids = [] }: Process['user'], privileged: boolean): Syscall[] {
  const groups = privileged ? [setgroups(additionalGids)] : [];
  return uid === 0 && gid === 0 ? groups : [...groups, setresgid(gid, gid, gid), setresuid(uid, uid, uid)];
}
