import { openSync } from 'node:fs';
import { flock } from '../../../src/kernel/calls.js';
import { LOCK_EX } from '../../../src/kernel/constants.js';
import { raw } from '../../../src/kernel/raw.js';
import { lockPath } from './protocol.js';

/** Waits until no other supervisor lives, and keeps others out until this process ends, however it ends. */
export function becomeTheOnlyOne(): void {
  const fd = openSync(lockPath(), 'a', 0o600);
  while (raw(flock(fd, LOCK_EX)) < 0);
}
