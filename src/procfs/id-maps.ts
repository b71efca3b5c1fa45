import { readFileSync } from 'node:fs';
import type { IdMaps } from '../oci/id-maps.js';
import type { IdMapping } from '../oci/linux.js';

/** A /proc/PID/uid_map or gid_map: on each line the first id inside, the first outside, and how many (user_namespaces(7)). */
export function parseIdMap(text: string): IdMapping[] {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  return lines.map((line) => {
    const [containerID = 0, hostID = 0, size = 0] = line.trim().split(/\s+/).map(Number);
    return { containerID, hostID, size };
  });
}

/** The ids of a process's user namespace; those outside are as whoever reads this has them. */
export function readIdMaps(pid: number | 'self'): IdMaps {
  const read = (kind: 'uid' | 'gid') => parseIdMap(readFileSync(`/proc/${pid}/${kind}_map`, 'utf8'));
  return { uids: read('uid'), gids: read('gid') };
}
