import { buffer, descriptor, named, syscall } from './arguments.js';
import { callUntraced } from './call.js';
import { decodeWaitStatus, type ExitStatus } from './wait.js';

/** _IOWR(0xFF, 11, struct pidfd_info), with the struct of 64 bytes that Linux 6.13 had. Source: include/uapi/linux/pidfd.h. */
const PIDFD_GET_INFO = 0xc040ff0b;
const PIDFD_INFO_EXIT = 8n;
const SIZE = 64;
const EXIT_CODE_OFFSET = 60;

/**
 * How a process ended whose parent has waited for it already; for anybody who holds a pidfd since before. Undefined where the
 * kernel does not tell (before Linux 6.15), or it has not ended.
 */
export function exitStatusOfPidfd(pidfd: number): ExitStatus | undefined {
  const info = new Uint8Array(SIZE);
  const view = new DataView(info.buffer);
  view.setBigUint64(0, PIDFD_INFO_EXIT, true);
  const request = named('PIDFD_GET_INFO', PIDFD_GET_INFO);
  if (callUntraced(syscall('ioctl', descriptor(pidfd), request, buffer(info))) < 0) return undefined;
  const told = (view.getBigUint64(0, true) & PIDFD_INFO_EXIT) !== 0n;
  return told ? decodeWaitStatus(view.getInt32(EXIT_CODE_OFFSET, true)) : undefined;
}
