import { mount } from '../../../src/kernel/calls/index.js';
import * as k from '../../../src/kernel/constants.js';
import type { Syscall } from '../../../src/kernel/syscall.js';

const CAREFUL = k.MS_NOSUID | k.MS_NODEV | k.MS_NOEXEC;

// #region mqueue
/** The message queues of the IPC namespace of whoever makes this call, as files (mq_overview(7)). */
export function mountMqueue(): Syscall[] {
  return [mount('mqueue', '/dev/mqueue', 'mqueue', CAREFUL, null)];
}
// #endregion

// #region shm
/** Where shm_open(3) makes its files, of so many KiB in all. The source `shm` is only a name, as Docker has it. */
export function mountShm(kibibytes: number): Syscall[] {
  return [mount('shm', '/dev/shm', 'tmpfs', CAREFUL, `mode=1777,size=${kibibytes}k`)];
}
// #endregion
