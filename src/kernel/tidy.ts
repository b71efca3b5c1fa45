import { closeRange, defaultSigaction, dup3, fcntl, prctl, rtSigprocmask } from './calls.js';
import * as k from './constants.js';
import type { Syscall } from './syscall.js';

/** What the child has as descriptors 0, 1 and 2: descriptors of ours. */
export type Stdio = readonly [stdin: number, stdout: number, stderr: number];

/** The calls before the program's execve that make the child an ordinary process again. */
export function tidy(stdio: Stdio): Syscall[] {
  return [...descriptors(stdio), ...signals()].map((call) => ({ ...call, housekeeping: true }));
}

/** When tslab dies, the child is killed; where it is the init of a pid namespace, everything inside dies with it (prctl(2)). */
export function dieWithTslab(): Syscall {
  return { ...prctl(k.PR_SET_PDEATHSIG, k.SIGKILL), housekeeping: true };
}

/** Takes {@link dieWithTslab} back. */
export function liveOn(): Syscall {
  return { ...prctl(k.PR_SET_PDEATHSIG, 0), housekeeping: true };
}

/**
 * Descriptors 0 to 2 as given, and everything above them closed by execve: an inherited descriptor of the host is an
 * escape (CVE-2024-21626). node marks its own 0 to 2 close-on-exec as soon as it has used them, hence F_SETFD.
 */
function descriptors(stdio: Stdio): Syscall[] {
  const place = (from: number, to: number) => (from === to ? fcntl(to, k.F_SETFD, 0) : dup3(from, to));
  return [...stdio.map(place), closeRange(3, 0xffffffff, k.CLOSE_RANGE_CLOEXEC)];
}

/**
 * Default dispositions, then nothing blocked. An ignored signal stays ignored across execve, and node ignores SIGPIPE;
 * and with its handlers gone, a signal that arrives before execve cannot run libuv's code in the child.
 */
function signals(): Syscall[] {
  const changeable = Array.from({ length: 31 }, (_, i) => i + 1).filter((n) => n !== k.SIGKILL && n !== k.SIGSTOP);
  return [...changeable.map(defaultSigaction), rtSigprocmask(k.SIG_SETMASK, 0n)];
}
