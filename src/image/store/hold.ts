import { join } from 'node:path';
import { type Lock, shareLock, tryLock } from '../../state/lock.js';
import { imagesDirectory } from './layout.js';

/**
 * Keeps what nothing names yet: whoever loads, pulls, commits or builds holds the store until its image has a name, or a container its
 * layers. Meanwhile no blob and no layer is removed. The kernel lets go of it when the process ends.
 */
export function holdStore(): Lock {
  return shareLock(holders());
}

/** The store while nobody holds it; undefined where somebody does. */
export function storeAlone(): Lock | undefined {
  return tryLock(holders());
}

function holders(): string {
  return join(imagesDirectory(), 'holders.lock');
}
