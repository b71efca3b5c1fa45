import { close, open, unshare, write } from '../../../src/kernel/calls/index.js';
import { CLONE_NEWTIME, O_CLOEXEC, O_WRONLY } from '../../../src/kernel/constants.js';
import type { Syscall } from '../../../src/kernel/syscall.js';

/** Seconds by which each clock is ahead of the host's. ERANGE: it would stand before 0, where it began at boot. */
export interface ClockOffsets {
  readonly monotonic: number;
  readonly boottime: number;
}

// #region clock
/**
 * A time namespace for the children of the caller (time_namespaces(7)). Its clocks can be set as long as nobody is in it. On Linux 6.1
 * not even execve(2) takes the caller in, on newer kernels it does: a program that forks is right on all of them.
 */
export function shiftClocks({ monotonic, boottime }: ClockOffsets): Syscall[] {
  const offsets = open('/proc/self/timens_offsets', O_WRONLY | O_CLOEXEC);
  const lines = `monotonic ${monotonic} 0\nboottime ${boottime} 0\n`;
  return [unshare(CLONE_NEWTIME), offsets, write(offsets, lines), close(offsets)];
}
// #endregion
