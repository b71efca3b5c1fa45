import { join } from 'node:path';
import type { Cgroup } from '../../../src/cgroup/cgroup.js';
import { exitGroup, open } from '../../../src/kernel/calls/index.js';
import { O_CLOEXEC, O_RDONLY } from '../../../src/kernel/constants.js';
import { startAsRoot } from '../../../src/kernel/credentials/as-root.js';
import { SyscallError } from '../../../src/kernel/errors/syscall-error.js';
import { type Cause, changeOf } from '../../../src/lab/cause.js';
import { isMember } from './limits.js';

export const NO_RULES = 'There can be no rules for devices here. tslab doctor says what would help.';

/** The kernel's log (kmsg(4)): a device that every machine has and no container. */
export const HOST_DEVICE = '/dev/kmsg';

// #region open-from
/** What comes of an open of a host's device in the cgroup of a process: `opens`, or an errno. Nobody else can say what its rules are on v2. */
export function openFrom(pid: number, cgroup: Cgroup | undefined, device: string): string {
  const join = cgroup && isMember(pid) ? cgroup.joinCalls() : [];
  try {
    startAsRoot({ calls: [...join, open(device, O_RDONLY | O_CLOEXEC), exitGroup(0)] });
    return 'opens';
  } catch (error) {
    if (error instanceof SyscallError) return error.errno;
    throw error;
  }
}
// #endregion

/** What makes the rules: on v1 writes into a file, on v2 a program that is attached to the cgroup. */
export function rulesBy(cgroup: Cgroup): Cause {
  return cgroup.directories.flatMap((directory) => [join(directory, 'devices.deny'), directory]).map(changeOf);
}
