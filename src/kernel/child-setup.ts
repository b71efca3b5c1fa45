import { close, closeRange, defaultSigaction, dup3, fcntl, ppoll, prctl, rtSigprocmask } from './calls/index.js';
import * as k from './constants.js';
import type { Pipe } from './descriptors.js';
import { once } from './once.js';
import { housekeeping, type Syscall } from './syscall.js';

/** The descriptors of ours that become the child's 0, 1 and 2. */
export type Stdio = readonly [stdin: number, stdout: number, stderr: number];

/** When tslab dies, the child is killed; where it is the init of a pid namespace, everything inside dies with it (prctl(2)). */
export const DIE_WITH_TSLAB = housekeeping(prctl(k.PR_SET_PDEATHSIG, k.SIGKILL));

/** Cancels {@link DIE_WITH_TSLAB}. */
export const LIVE_ON = housekeeping(prctl(k.PR_SET_PDEATHSIG, 0));

/** Everything above 2 is closed by execve: an inherited descriptor of the host is an escape (CVE-2024-21626). */
const CLOSE_THE_REST = housekeeping(closeRange(3, 0xffffffff, k.CLOSE_RANGE_CLOEXEC));

/**
 * Resets all dispositions, then unblocks all signals. An ignored signal stays ignored across execve, and node ignores SIGPIPE;
 * and with its handlers gone, a signal that arrives before execve cannot run libuv's code in the child.
 */
const RESET_SIGNALS = [
  ...Array.from({ length: 64 }, (_, i) => i + 1)
    .filter((signal) => signal !== k.SIGKILL && signal !== k.SIGSTOP)
    .map(defaultSigaction),
  rtSigprocmask(k.SIG_SETMASK, 0n),
].map(housekeeping);

/** The calls before the program's execve that make the child an ordinary process again. */
export function childSetup([stdin, stdout, stderr]: Stdio): Syscall[] {
  return [becomeStdin(stdin), becomeStdout(stdout), becomeStderr(stderr), CLOSE_THE_REST, ...RESET_SIGNALS];
}

/** node marks its own 0 to 2 close-on-exec as soon as it has used them, hence F_SETFD. */
const become = (to: number) =>
  once((from: number) => housekeeping(from === to ? fcntl(to, k.F_SETFD, 0) : dup3(from, to)));
const [becomeStdin, becomeStdout, becomeStderr] = [become(0), become(1), become(2)];

/**
 * Two calls, for the start and the end of a list, so that no program starts whose tslab is dead.
 *
 * PR_SET_PDEATHSIG does not help where tslab died before the child set it. So at the end of the list the child polls
 * the pipe that tslab reads from: without a reader ppoll(2) reports POLLERR, and a result above `max` ends the list. For
 * that the child closes its own copy of the reading end at the start.
 */
export function orphanGuard(done: Pipe): readonly [first: Syscall, last: Syscall] {
  return [closeOwnCopy(done.read), lookForReader(done.write)];
}

/** The same descriptor numbers are used at each start. */
const closeOwnCopy = once((fd: number) => housekeeping(close(fd)));
const lookForReader = once((fd: number) => housekeeping({ ...ppoll(fd), max: 0n }));
