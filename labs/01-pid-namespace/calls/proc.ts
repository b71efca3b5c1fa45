import { chdir, chroot, mount } from '../../../src/kernel/calls/index.js';
import * as k from '../../../src/kernel/constants.js';
import type { Syscall } from '../../../src/kernel/syscall.js';

// #region mount-proc
/** Nothing that is mounted from here on reaches the host: needs a mount namespace of its own (CLONE_NEWNS). */
export function privateMounts(): Syscall[] {
  return [mount(null, '/', null, k.MS_REC | k.MS_PRIVATE, null)];
}

/** The process list of the pid namespace of whoever makes this call. */
export function mountProc(target = '/proc'): Syscall[] {
  return [mount('proc', target, 'proc', k.MS_NOSUID | k.MS_NODEV | k.MS_NOEXEC, null)];
}
// #endregion

// #region go-in
/** Goes into the root filesystem, where /proc and /dev are the host's until more calls change that. */
export function enterRoot(root: string): Syscall[] {
  const bind = (path: string) => mount(path, `${root}${path}`, null, k.MS_BIND | k.MS_REC, null);
  return [...privateMounts(), bind('/proc'), bind('/dev'), chroot(root), chdir('/')];
}
// #endregion
