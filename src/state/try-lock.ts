import { closeSync, openSync } from 'node:fs';
import { flock } from '../kernel/calls.js';
import { LOCK_EX, LOCK_NB } from '../kernel/constants.js';
import { raw } from '../kernel/raw.js';

/** A lock that is ours until the descriptor is closed, or this process ends. */
export interface Lock extends Disposable {
  readonly fd: number;
}

/** Takes the lock of a file, which is made where it is missing. Undefined where another process, or another descriptor, has it. */
export function tryLock(path: string): Lock | undefined {
  const fd = openSync(path, 'a', 0o600);
  if (raw(flock(fd, LOCK_EX | LOCK_NB)) === 0) return { fd, [Symbol.dispose]: () => closeSync(fd) };
  closeSync(fd);
  return undefined;
}
