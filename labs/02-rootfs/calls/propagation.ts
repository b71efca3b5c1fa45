import { mount } from '../../../src/kernel/calls/index.js';
import { MS_SHARED } from '../../../src/kernel/constants.js';
import type { Syscall } from '../../../src/kernel/syscall.js';

// #region make-shared
/** A mount that tells its copies in other namespaces of every mount made below it, and they tell it. */
export function makeShared(target: string): Syscall[] {
  return [mount(null, target, null, MS_SHARED, null)];
}
// #endregion
