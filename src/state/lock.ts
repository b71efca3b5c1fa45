import { closeSync, openSync } from 'node:fs';
import { flock } from '../kernel/calls.js';
import { LOCK_EX } from '../kernel/constants.js';
import { raw } from '../kernel/raw.js';

/**
 * Does some synchronous work while no other process that asks for the same file does. The kernel ends the lock with the
 * descriptor, so a process that is killed holds nobody up.
 */
export function withLock<T>(path: string, work: () => T): T {
  const fd = openSync(path, 'a', 0o600);
  try {
    while (raw(flock(fd, LOCK_EX)) < 0);
    return work();
  } finally {
    closeSync(fd);
  }
}
