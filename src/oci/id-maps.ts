/** Maps of user namespaces: which ids of the host those of a container are (user_namespaces(7)). */
import { UserError } from '../kernel/errors/user-error.js';
import type { IdMapping } from './linux.js';

/** Of users and of groups, a list of ranges each. */
export interface IdMaps {
  readonly uids: readonly IdMapping[];
  readonly gids: readonly IdMapping[];
}

/** Whoever has no id in a user namespace is shown as this one there (/proc/sys/kernel/overflowuid). */
export const OVERFLOW_ID = 65_534;

/** UID_GID_MAP_MAX_EXTENTS in include/linux/user_namespace.h */
const MOST_LINES = 340;
/** All lines go into one write(2), which takes less than a page (map_write() in kernel/user_namespace.c). */
const PAGE = 4096;
/** The last id is (uid_t) -1, which means none. */
const IDS = 2 ** 32 - 1;

/** The id of the host that an id of the container is; undefined where it is not mapped. */
export function idOutside(map: readonly IdMapping[], id: number): number | undefined {
  const range = map.find(({ containerID, size }) => id >= containerID && id < containerID + size);
  return range && range.hostID + (id - range.containerID);
}

/** The id of the container that one of the host is. */
export function idInside(map: readonly IdMapping[], id: number): number {
  const range = map.find(({ hostID, size }) => id >= hostID && id < hostID + size);
  return range ? range.containerID + (id - range.hostID) : OVERFLOW_ID;
}

/**
 * Whether processes with these groups may set them: all are there (undefined), or more than one, which takes a right outside. Without that
 * setgroups(2) is denied before the map is written (user_namespaces(7)).
 */
export function maySetGroups(gids: readonly IdMapping[] | undefined): boolean {
  return gids === undefined || idCount(gids) > 1;
}

/** How many ids there are in it. */
export function idCount(map: readonly IdMapping[]): number {
  return map.reduce((sum, { size }) => sum + size, 0);
}

/** Throws UserError (2) for a map that the kernel would refuse with EINVAL, which does not say why. `field` is what it is called in errors. */
export function checkMap(field: string, map: readonly IdMapping[]): void {
  const refuse = (why: string, remedy: string) => {
    throw new UserError(`${field}: ${why}`, 2, remedy);
  };
  const line = ({ containerID, hostID, size }: IdMapping) => `${containerID} ${hostID} ${size}`;
  const empty = map.find(({ size }) => size === 0);
  if (empty) refuse(`the range ${line(empty)} has size 0`, 'A range has at least one id.');
  const long = map.find(({ containerID, hostID, size }) => Math.max(containerID, hostID) + size > IDS);
  if (long) refuse(`the range ${line(long)} ends above ${IDS - 1}`, 'The last id, 4294967295, means none.');
  for (const side of ['containerID', 'hostID'] as const) {
    const pair = overlapping(map, side);
    if (pair) refuse(`the ranges ${pair.map(line).join(' and ')} overlap`, 'An id has one other on each side.');
  }
  if (map.length > MOST_LINES) refuse(`${map.length} ranges`, `The kernel takes ${MOST_LINES} at most.`);
  const bytes = map.reduce((sum, range) => sum + line(range).length + 1, 0);
  if (bytes >= PAGE) refuse(`its text has ${bytes} bytes`, `The kernel takes one text of less than ${PAGE} bytes.`);
}

function overlapping(map: readonly IdMapping[], side: 'containerID' | 'hostID'): IdMapping[] | undefined {
  const sorted = map.toSorted((a, b) => a[side] - b[side]);
  const at = sorted.findIndex((range, i) => i > 0 && range[side] < beginOf(sorted[i - 1], side));
  return at === -1 ? undefined : sorted.slice(at - 1, at + 1);
}

/** Where the next range may begin. */
function beginOf(range: IdMapping | undefined, side: 'containerID' | 'hostID'): number {
  return range ? range[side] + range.size : 0;
}
