import { beforeAll } from 'vitest';
import leaveNetwork from './leave-network.js';

/** Moves the tests of a file, which run in a process of their own, into another network namespace with nothing but lo. Needs root. */
export function useOwnNetwork(): void {
  beforeAll(leaveNetwork);
}
