import { writeFile } from '../../../src/kernel/call.js';
import type { IdMapping } from '../../../src/oci/linux.js';

// #region map
/** A map as the kernel takes it: on each line the first id inside, the first outside, and how many (user_namespaces(7)). */
export function mapText(map: readonly IdMapping[]): string {
  return map.map(({ containerID, hostID, size }) => `${containerID} ${hostID} ${size}\n`).join('');
}

/**
 * Gives a user namespace its ids, by a process that is in it: of users and, unless told otherwise, of groups the same. All lines go into one
 * write(2), since a second is EPERM. Whoever does this has CAP_SETUID and CAP_SETGID outside.
 */
export function mapIds(pid: number, users: readonly IdMapping[], groups = users): void {
  writeFile(`/proc/${pid}/uid_map`, mapText(users));
  writeFile(`/proc/${pid}/gid_map`, mapText(groups));
}
// #endregion
