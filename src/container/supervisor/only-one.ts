import { until } from '../../kernel/clock.js';
import { tryLock } from '../../state/lock.js';
import { lockPath } from './protocol.js';

/** How long one that leaves may take to be gone, in milliseconds. */
const PATIENCE = 2_000;

/** Makes this process the only supervisor until it ends, however it ends. False where another one is there and stays. */
export function becomeTheOnlyOne(): boolean {
  return until(() => tryLock(lockPath()) !== undefined, PATIENCE);
}
