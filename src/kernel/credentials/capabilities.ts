import { readFileSync } from 'node:fs';
import { capset, prctl } from '../calls/index.js';
import { MACHINE_CAPABILITIES, PR_CAPBSET_DROP } from '../constants.js';
import type { Syscall } from '../syscall.js';
import { isPrivileged } from './privilege.js';

const MASK = Object.values(MACHINE_CAPABILITIES).reduce((mask, number) => mask | (1n << BigInt(number)), 0n);
/** In a user namespace of its own the child has all that the kernel knows, and the kernel takes no notice of the rest. */
const ALL = 0xffff_ffff_ffff_ffffn;

let calls: readonly Syscall[] | undefined;

/** Gives up what reaches the whole machine: the same calls for all that this process starts. */
export function dropCapabilities(): readonly Syscall[] {
  calls ??= drop();
  return calls;
}

// #region drop
/**
 * Gives up {@link MACHINE_CAPABILITIES} for good. What the bounding set lacks execve(2) gives to nobody, root included; capset(2) takes
 * them out of the other sets, and leaves none that a program could inherit. Only what is there is given up: that takes CAP_SETPCAP.
 */
function drop(): Syscall[] {
  const { bounding, permitted } = ownCapabilities();
  const there = Object.values(MACHINE_CAPABILITIES).filter((number) => (bounding >> BigInt(number)) & 1n);
  const kept = permitted & ~MASK;
  return [...there.map((number) => prctl(PR_CAPBSET_DROP, number)), capset(kept, kept, 0n)];
}
// #endregion

interface Sets {
  readonly bounding: bigint;
  readonly permitted: bigint;
}

let sets: Sets | undefined;

/** What a container could have at most: the sets of this process, which it never changes; in a user namespace of its own all. */
export function ownCapabilities(): Sets {
  sets ??= isPrivileged() ? readOwn() : { bounding: ALL, permitted: ALL };
  return sets;
}

/** proc_pid_status(5) */
function readOwn(): Sets {
  const status = readFileSync('/proc/self/status', 'utf8');
  const set = (name: string) => BigInt(`0x${new RegExp(`^${name}:\\s*([0-9a-f]+)$`, 'm').exec(status)?.[1] ?? '0'}`);
  return { bounding: set('CapBnd'), permitted: set('CapPrm') };
}
