import { until } from '../../kernel/clock.js';
import { tryLock } from '../../state/lock.js';
import { lockPath } from './protocol.js';

/** The time that an ending supervisor may take, in milliseconds. */
const PATIENCE = 2_000;

/** Makes this process the only supervisor until it ends, however it ends. Returns false where another one runs and stays. */
export function becomeTheOnlyOne(): boolean {
  return until(() => tryLock(lockPath()) !== undefined, PATIENCE);
}
