import { CLONE_NEWUSER } from '../constants.js';
import { type Child, type ProcessSpec, start } from '../process.js';
import { isPrivileged } from './privilege.js';
import { mapToRoot } from './user-namespace.js';

/** Starts a process as root: of the machine where tslab is root there, otherwise of a new user namespace. */
export function startAsRoot(spec: ProcessSpec, whileItWaits?: (pid: number) => void): Child {
  if (isPrivileged()) return start(spec, whileItWaits);
  return start({ ...spec, namespaces: (spec.namespaces ?? 0) | CLONE_NEWUSER }, (pid) => {
    mapToRoot(pid);
    whileItWaits?.(pid);
  });
}
