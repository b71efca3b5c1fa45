import { readFileSync } from 'node:fs';
import { isPrivileged } from './privilege.js';

/** In a new user namespace the child has all capabilities, and the kernel ignores the bits of those that it does not know. */
const ALL = 0xffff_ffff_ffff_ffffn;

interface Sets {
  readonly bounding: bigint;
  readonly permitted: bigint;
}

let sets: Sets | undefined;

/** The most that a container can have: the sets of this process, which never change; in a user namespace of its own all. */
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
