/**
 * POSIX message queues (mq_overview(7)). The system calls take the name without the slash that mq_open(3) wants: libc strips it.
 * Without a timeout they wait as long as it takes; O_NONBLOCK is a flag of the queue's descriptor.
 */
import { buffer, bytes, descriptor, flags, integer, mode, named, string, syscall } from '../arguments.js';
import * as k from '../constants.js';
import type { Descriptor, Syscall } from '../syscall.js';

/** mq_open(2). Returns a descriptor. The kernel chooses how many messages a queue takes, and of which size (`msg_default`, `msgsize_default`). */
export function mqOpen(name: string, oflag: number, createMode = 0): Syscall {
  const how = flags(k.OPEN_FLAGS, oflag, 'O_RDONLY');
  return syscall('mq_open', string(name), how, createMode ? mode(createMode) : integer(0), named('NULL', 0));
}

/** mq_unlink(2) */
export function mqUnlink(name: string): Syscall {
  return syscall('mq_unlink', string(name));
}

/** mq_timedsend(2) */
export function mqTimedsend(mqdes: Descriptor, message: string, priority: number): Syscall {
  const data = Buffer.from(message);
  const text = bytes(data, JSON.stringify(message));
  return syscall('mq_timedsend', descriptor(mqdes), text, integer(data.length), integer(priority), named('NULL', 0));
}

/** mq_timedreceive(2) into a buffer of the queue's message size at least (8,192 bytes; EMSGSIZE). Returns the length. */
export function mqTimedreceive(mqdes: Descriptor, into: Uint8Array): Syscall {
  const size = integer(into.length);
  return syscall('mq_timedreceive', descriptor(mqdes), buffer(into), size, named('NULL', 0), named('NULL', 0));
}
