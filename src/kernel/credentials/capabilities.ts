import { readFileSync } from 'node:fs';
import { isPrivileged } from './privilege.js';

interface Sets {
  readonly bounding: bigint;
  readonly permitted: bigint;
}

let sets: Sets | undefined;

/** The most that a container can have: the sets of this process, which never change; in a user namespace of its own all. */
export function ownCapabilities(): Sets {
  sets ??= isPrivileged() ? readOwn() : allCapabilities();
  return sets;
}

/** proc_pid_status(5) */
function readOwn(): Sets {
  const status = readFileSync('/proc/self/status', 'utf8');
  const set = (name: string) => BigInt(`0x${new RegExp(`^${name}:\\s*([0-9a-f]+)$`, 'm').exec(status)?.[1] ?? '0'}`);
  return { bounding: set('CapBnd'), permitted: set('CapPrm') };
}

let all: Sets | undefined;

/** In a new user namespace the child has all capabilities that the kernel knows (user_namespaces(7)). */
export function allCapabilities(): Sets {
  if (all) return all;
  const set = (2n << BigInt(readLast())) - 1n;
  all = { bounding: set, permitted: set };
  return all;
}

/** The number of the last (capabilities(7)). Where /proc does not tell, as in a sandbox, it is that of Linux 5.9, CAP_CHECKPOINT_RESTORE. */
function readLast(): number {
  try {
    return Number(readFileSync('/proc/sys/kernel/cap_last_cap', 'utf8'));
  } catch {
    return 40;
  }
}
