import { joinSessionKeyring, setKeyPermissions } from '../../../src/kernel/calls/keys.js';
import type { Syscall } from '../../../src/kernel/syscall.js';

/** For its possessor all; for its user KEY_USR_VIEW, READ, SEARCH and LINK: who joins it later may search it (keyctl_setperm(3)). */
const SEARCHABLE = 0x3f1b_0000;

// #region keyring
/**
 * A session keyring of its own, empty: that of whoever starts the container is inherited otherwise (session-keyring(7)). By its name `exec` joins
 * it. The *user's* keys stay in reach of all his processes (user-keyring(7)): only a filter of system calls keeps those apart.
 */
export function ownKeyring(name?: string): Syscall[] {
  const ring = joinSessionKeyring(name);
  return name === undefined ? [ring] : [ring, setKeyPermissions(ring, SEARCHABLE)];
}
// #endregion
