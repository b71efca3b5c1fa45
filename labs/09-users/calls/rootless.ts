import { close, open, write } from '../../../src/kernel/calls/index.js';
import { O_CLOEXEC, O_WRONLY } from '../../../src/kernel/constants.js';
import { mayFail, type Syscall } from '../../../src/kernel/syscall.js';

// #region own-id
/** Nobody in the user namespace of a process may change its groups any more. */
export function denySetgroups(pid: number): Syscall[] {
  return fill(`/proc/${pid}/setgroups`, 'deny');
}

/**
 * All that one may map without a right outside: the own id, as root (user_namespaces(7)). That of a group only after the above. The write may
 * fail, and the list goes on.
 */
export function tryOwnId(kind: 'uid' | 'gid', pid: number, id: number): Syscall[] {
  return fill(`/proc/${pid}/${kind}_map`, `0 ${id} 1`);
}

function fill(path: string, text: string): Syscall[] {
  const file = open(path, O_WRONLY | O_CLOEXEC);
  return [file, mayFail(write(file, text)), close(file)];
}
// #endregion
