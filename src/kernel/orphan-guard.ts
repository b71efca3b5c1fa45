import { close, ppoll } from './calls/index.js';
import type { Pipe } from './descriptors.js';
import { once } from './once.js';
import { housekeeping, type Syscall } from './syscall.js';

/**
 * Two calls, for the start and the end of a list, so that no program starts whose tslab is dead.
 *
 * PR_SET_PDEATHSIG is of no use where tslab died before the child asked for it. So at the end of the list the child looks at
 * the pipe that tslab reads from: where nobody does any more, ppoll(2) says POLLERR, and a result above `max` ends the list. For
 * that the child closes its own copy of the reading end at the start.
 */
export function orphanGuard(done: Pipe): readonly [first: Syscall, last: Syscall] {
  return [closeOwnCopy(done.read), lookForReader(done.write)];
}

/** Descriptors come again and again. */
const closeOwnCopy = once((fd: number) => housekeeping(close(fd)));
const lookForReader = once((fd: number) => housekeeping({ ...ppoll(fd), max: 0n }));
