import { readFileSync } from 'node:fs';
import { isPrivileged } from './privilege.js';

/** In a user namespace of its own the child has all that the kernel knows, and the kernel takes no notice of the rest. */
const ALL = 0xffff_ffff_ffff_ffffn;

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
