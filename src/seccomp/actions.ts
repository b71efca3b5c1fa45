import { constants } from 'node:os';
import { errnoName } from '../kernel/errors/errno.js';
import type { Seccomp } from '../oci/seccomp.js';

/** What a filter returns: an action in the upper half, data for it in the lower (include/uapi/linux/seccomp.h). */
export const KILL_PROCESS = 0x8000_0000;
export const ALLOW = 0x7fff_0000;
const RETURNS = {
  SCMP_ACT_KILL_PROCESS: KILL_PROCESS,
  SCMP_ACT_KILL_THREAD: 0,
  SCMP_ACT_KILL: 0,
  SCMP_ACT_TRAP: 0x0003_0000,
  SCMP_ACT_ERRNO: 0x0005_0000,
  SCMP_ACT_NOTIFY: 0x7fc0_0000,
  SCMP_ACT_TRACE: 0x7ff0_0000,
  SCMP_ACT_LOG: 0x7ffc_0000,
  SCMP_ACT_ALLOW: ALLOW,
} satisfies Record<Seccomp['defaultAction'], number>;

const DATA = 0xffff;
const { EPERM, ENOSYS } = constants.errno;

export const RETURN_ENOSYS = RETURNS.SCMP_ACT_ERRNO | ENOSYS;

/** What a filter returns for an action. Without an errno it is EPERM (runc, libcontainer/seccomp). */
export function returnValue(action: Seccomp['defaultAction'], errno: number = EPERM): number {
  const hasData = action === 'SCMP_ACT_ERRNO' || action === 'SCMP_ACT_TRACE';
  return RETURNS[action] + (hasData ? errno & DATA : 0);
}

/** Whether the call is made. */
export function isMade(value: number): boolean {
  return value === RETURNS.SCMP_ACT_ALLOW || value === RETURNS.SCMP_ACT_LOG;
}

/** Whether who makes the call ends by it. */
export function kills(value: number): boolean {
  const action = (value & ~DATA) >>> 0;
  return action === RETURNS.SCMP_ACT_KILL_PROCESS || action === RETURNS.SCMP_ACT_KILL_THREAD;
}

/** Whether the call is made, or a tracer decides that: without one it is ENOSYS. */
export function mayBeMade(value: number): boolean {
  return isMade(value) || (value & ~DATA) === RETURNS.SCMP_ACT_TRACE;
}

/** The errno with which a call is refused; undefined where it is not, or otherwise. */
export function refusedWith(value: number): number | undefined {
  return (value & ~DATA) >>> 0 === RETURNS.SCMP_ACT_ERRNO ? value & DATA : undefined;
}

/** `allow`, `EPERM`, `kill the process`. */
export function describeReturn(value: number): string {
  const action = (value & ~DATA) >>> 0;
  return action === RETURNS.SCMP_ACT_ERRNO ? errnoName(value & DATA) : (WORDS.get(action) ?? `0x${value.toString(16)}`);
}

const WORDS: ReadonlyMap<number, string> = new Map([
  [RETURNS.SCMP_ACT_KILL_PROCESS, 'kill the process'],
  [RETURNS.SCMP_ACT_KILL_THREAD, 'kill the thread'],
  [RETURNS.SCMP_ACT_TRAP, 'send SIGSYS'],
  [RETURNS.SCMP_ACT_NOTIFY, 'ask the listener'],
  [RETURNS.SCMP_ACT_TRACE, 'ask the tracer'],
  [RETURNS.SCMP_ACT_LOG, 'allow, and log it'],
  [RETURNS.SCMP_ACT_ALLOW, 'allow'],
]);
