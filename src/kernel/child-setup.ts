import { closeRange, defaultSigaction, dup3, fcntl, prctl, rtSigprocmask } from './calls/index.js';
import * as k from './constants.js';
import { housekeeping, type Syscall } from './syscall.js';

/** What the child has as descriptors 0, 1 and 2: descriptors of ours. */
export type Stdio = readonly [stdin: number, stdout: number, stderr: number];

/** When tslab dies, the child is killed; where it is the init of a pid namespace, everything inside dies with it (prctl(2)). */
export const DIE_WITH_TSLAB = housekeeping(prctl(k.PR_SET_PDEATHSIG, k.SIGKILL));

/** Takes {@link DIE_WITH_TSLAB} back. */
export const LIVE_ON = housekeeping(prctl(k.PR_SET_PDEATHSIG, 0));

/** Everything above 2 is closed by execve: an inherited descriptor of the host is an escape (CVE-2024-21626). */
const CLOSE_THE_REST = housekeeping(closeRange(3, 0xffffffff, k.CLOSE_RANGE_CLOEXEC));

/**
 * Default dispositions, then nothing blocked. An ignored signal stays ignored across execve, and node ignores SIGPIPE;
 * and with its handlers gone, a signal that arrives before execve cannot run libuv's code in the child.
 */
const RESET_SIGNALS = [
  ...Array.from({ length: 64 }, (_, i) => i + 1)
    .filter((signal) => signal !== k.SIGKILL && signal !== k.SIGSTOP)
    .map(defaultSigaction),
  rtSigprocmask(k.SIG_SETMASK, 0n),
].map(housekeeping);

/** The calls before the program's execve that make the child an ordinary process again. */
export function tidy(stdio: Stdio): Syscall[] {
  return [...stdio.map(place), CLOSE_THE_REST, ...RESET_SIGNALS];
}

/** node marks its own 0 to 2 close-on-exec as soon as it has used them, hence F_SETFD. Each call is made once: see encode.ts. */
function place(from: number, to: number): Syscall {
  const known = placed.get(from * 3 + to);
  if (known) return known;
  const made = housekeeping(from === to ? fcntl(to, k.F_SETFD, 0) : dup3(from, to));
  placed.set(from * 3 + to, made);
  return made;
}

const placed = new Map<number, Syscall>();
