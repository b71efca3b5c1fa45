import { exitGroup } from '../kernel/calls/index.js';
import { startAsRoot } from '../kernel/credentials/as-root.js';
import { SyscallError } from '../kernel/errors/syscall-error.js';
import { UserError } from '../kernel/errors/user-error.js';
import { again } from './again.js';
import { type Cgroups, openCgroups } from './open.js';
import { CgroupsRefused } from './refusal.js';

/**
 * The cgroups of this machine, after a trial: one with every controller that is listed is made, a child is put into it, and it
 * is removed. Throws CgroupsRefused.
 */
export function openTriedCgroups(): Cgroups {
  const cgroups = openCgroups();
  try {
    using group = cgroups.create(`trial-${process.pid}`);
    startAsRoot({ calls: [...group.joinCalls(), exitGroup(0)] });
    return cgroups;
  } catch (error) {
    throw error instanceof SyscallError ? failed(error) : error;
  }
}

/** The same, or a sentence that says why this process can have none. */
export function cgroupsOrReason(): Cgroups | string {
  try {
    return openTriedCgroups();
  } catch (error) {
    if (error instanceof UserError && error.status === 3) return error.message;
    throw error;
  }
}

/** Whether a container can have a share of a busy disk here: only a cgroup below the root has the file for that. */
export function canWeighIo(): boolean {
  try {
    using group = openCgroups().create(`trial-${process.pid}`, ['io']);
    return group.canWeighIo();
  } catch (error) {
    if (error instanceof UserError) return false;
    throw error;
  }
}

function failed({ message }: SyscallError): CgroupsRefused {
  return new CgroupsRefused(
    'failed',
    `A control group cannot be made here, or nothing can be put into it: ${message}.`,
    `sudo ${again()}`,
  );
}
