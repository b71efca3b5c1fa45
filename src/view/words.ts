import { renderResult } from '../kernel/render.js';
import type { LabStarted, SyscallMade } from '../lab/events.js';
import type { Housekeeping, Summary } from './arrange.js';

/** `control groups: hybrid; as root; root filesystem: busybox`. */
export function describeMachine(lab: LabStarted): string {
  const user = lab.root ? 'as root' : 'without root, in a user namespace';
  const rootfs = lab.rootfs === undefined ? '' : `; root filesystem: ${lab.rootfs}`;
  return `control groups: ${lab.cgroup}; ${user}${rootfs}`;
}

/** Whether the kernel refused it. */
export function hasFailed(call: SyscallMade): boolean {
  return call.errno !== undefined || (call.result ?? 0) < 0;
}

/** `= 0`, or `= -1 EPERM (operation not permitted)`. */
export function resultOf({ result }: SyscallMade): string {
  return result === undefined ? '(does not return)' : renderResult(BigInt(result));
}

/** `34 housekeeping calls (signals, descriptors)`. */
export function countCalls({ calls }: Housekeeping): string {
  return `${calls.length} housekeeping ${calls.length === 1 ? 'call' : 'calls'} (signals, descriptors)`;
}

/** `held`, `failed`, `is not possible here`. */
export function statusWords(status: Summary['status']): string {
  return status === 'impossible' ? 'is not possible here' : status;
}

/** `11 checks held, 1 failed`. */
export function countChecks({ held, broken }: Summary): string {
  return `${held} ${held === 1 ? 'check' : 'checks'} held, ${broken.length} failed`;
}

/** Empty where nothing was left out. */
export function skippedSentence({ skipped, broken }: Summary): string {
  if (!skipped?.length) return '';
  const consequence = broken.length === 0 ? 'all checks held without it.' : 'because of it these checks failed:';
  return `Skipped on purpose: ${skipped.join(', ')}; ${consequence}`;
}
