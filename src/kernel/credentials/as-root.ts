import { CLONE_NEWUSER } from '../constants.js';
import { type Child, type ProcessSpec, start } from '../process.js';
import { isPrivileged } from './privilege.js';
import { mapToRoot } from './user-namespace.js';

/**
 * Starts a process as root: of the machine where tslab is root there, otherwise of a new user namespace. Where the process is to have a user
 * namespace in any case, its ids are mapped by the caller.
 */
export function startAsRoot(spec: ProcessSpec, whileItWaits?: (pid: number) => void): Child {
  const { namespaces = 0 } = spec;
  if (isPrivileged() || namespaces & CLONE_NEWUSER) return start(spec, whileItWaits);
  return start({ ...spec, namespaces: namespaces | CLONE_NEWUSER }, (pid) => {
    mapToRoot(pid);
    whileItWaits?.(pid);
  });
}
