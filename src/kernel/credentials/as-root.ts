import { CLONE_NEWUSER } from '../constants.js';
import { type Child, type ProcessSpec, start } from '../process.js';
import { isPrivileged } from './privilege.js';
import { mapToRoot } from './user-namespace.js';

/** Starts a process that is root: of the machine where tslab is that, else of a user namespace of its own, which comes first. */
export function startAsRoot(spec: ProcessSpec, whileItWaits?: (pid: number) => void): Child {
  if (isPrivileged()) return start(spec, whileItWaits);
  return start({ ...spec, namespaces: (spec.namespaces ?? 0) | CLONE_NEWUSER }, (pid) => {
    mapToRoot(pid);
    whileItWaits?.(pid);
  });
}
