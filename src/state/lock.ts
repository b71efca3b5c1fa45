import { closeSync, openSync } from 'node:fs';
import { callUntraced } from '../kernel/call.js';
import { flock } from '../kernel/calls/index.js';
import { LOCK_EX, LOCK_NB, LOCK_SH } from '../kernel/constants.js';
import { errorCode } from '../kernel/errors/errno.js';
import { openOwnFile } from './own-file.js';

/**
 * Does some synchronous work while holding the lock of a file. The kernel releases the lock with the
 * descriptor, so a process that is killed blocks no other.
 */
export function withLock<T>(path: string, work: () => T): T {
  const fd = openLock(path);
  if (fd === undefined) return work();
  try {
    while (callUntraced(flock(fd, LOCK_EX)) < 0);
    return work();
  } finally {
    closeSync(fd);
  }
}

/** On a read-only file system a lock is taken through a descriptor for reading. Returns undefined where there is no file, and none can be made. */
function openLock(path: string): number | undefined {
  try {
    return openOwnFile(path);
  } catch (error) {
    if (errorCode(error) !== 'EROFS') throw error;
  }
  try {
    return openSync(path, 'r');
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** A lock that this process holds until the descriptor is closed, or it ends. */
export interface Lock extends Disposable {
  readonly fd: number;
}

/** Takes the lock of a file, which is made where it is missing. Undefined where another process, or another descriptor, has it. */
export function tryLock(path: string): Lock | undefined {
  return tryFlock(path, LOCK_EX);
}

/** The same together with others who share it. */
export function tryShareLock(path: string): Lock | undefined {
  return tryFlock(path, LOCK_SH);
}

function tryFlock(path: string, operation: number): Lock | undefined {
  const fd = openOwnFile(path);
  if (callUntraced(flock(fd, operation | LOCK_NB)) === 0) return { fd, [Symbol.dispose]: () => closeSync(fd) };
  closeSync(fd);
  return undefined;
}

/** Takes the lock of a file together with others who share it; waits for whoever has it alone. */
export function shareLock(path: string): Lock {
  const fd = openOwnFile(path);
  while (callUntraced(flock(fd, LOCK_SH)) < 0);
  return { fd, [Symbol.dispose]: () => closeSync(fd) };
}
