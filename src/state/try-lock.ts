import { closeSync } from 'node:fs';
import { callUntraced } from '../kernel/call.js';
import { flock } from '../kernel/calls/index.js';
import { LOCK_EX, LOCK_NB } from '../kernel/constants.js';
import { openOwnFile } from './own-file.js';

/** A lock that is ours until the descriptor is closed, or this process ends. */
export interface Lock extends Disposable {
  readonly fd: number;
}

/** Takes the lock of a file, which is made where it is missing. Undefined where another process, or another descriptor, has it. */
export function tryLock(path: string): Lock | undefined {
  const fd = openOwnFile(path);
  if (callUntraced(flock(fd, LOCK_EX | LOCK_NB)) === 0) return { fd, [Symbol.dispose]: () => closeSync(fd) };
  closeSync(fd);
  return undefined;
}
