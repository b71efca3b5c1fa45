import { integer, named, oneOf, syscall } from './arguments.js';
import { callUntraced } from './call.js';
import { O_NONBLOCK } from './constants.js';

const F_GETFL = 3;
const F_SETFL = 4;
const COMMANDS = { F_GETFL, F_SETFL };

/**
 * Makes reads and writes wait again. node makes pipes and sockets not wait, and that belongs to the open file, not to the
 * descriptor (open(2), O_NONBLOCK): a program that inherits one would lose output with EAGAIN.
 */
export function makeBlocking(fd: number): void {
  const flags = callUntraced(syscall('fcntl', integer(fd), oneOf(COMMANDS, F_GETFL)));
  if (flags < 0 || (flags & O_NONBLOCK) === 0) return;
  callUntraced(syscall('fcntl', integer(fd), oneOf(COMMANDS, F_SETFL), named('flags', flags & ~O_NONBLOCK)));
}
