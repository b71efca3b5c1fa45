import { callUntraced } from '../../kernel/call.js';
import { capset, setfsgid, setfsuid } from '../../kernel/calls/index.js';
import { ownCapabilities } from '../../kernel/credentials/capabilities.js';
import { ownIds } from '../../kernel/credentials/own-ids.js';
import { isPrivileged } from '../../kernel/credentials/privilege.js';
import type { Ids, OwnerOf } from '../../kernel/files/copy-file.js';
import { type IdMaps, idInside, idOutside, OVERFLOW_ID } from '../../oci/id-maps.js';
import type { UsernsConfig } from '../record.js';
import { mapsOfRunning, rangeMaps } from './maps.js';
import { rootOf } from './user-namespace.js';

/** Whose the files of a container are, for whoever reaches them from the host. */
export interface Owners {
  /** Who an owner there is in the container. */
  readonly inside: OwnerOf;
  /** The same the other way round. */
  readonly outside: OwnerOf;
  /** Does some synchronous work that makes files there: they belong to the container's root. */
  making<T>(work: () => T): T;
}

/** Of files as they lie on the disk: ids are the container's own, as far as its user has more than one. */
export const ON_DISK: Owners = { inside: same, outside: same, making: (work) => work() };

/** Of files as a running container has them in sight. */
export function ownersIn(init: number): Owners {
  const maps = mapsOfRunning(init);
  if (!maps) return ON_DISK;
  if (!isPrivileged()) return { ...ON_DISK, inside: insideOf(maps) };
  const outside = ({ uid, gid }: Ids) => ({ uid: known(maps, 'uids', uid), gid: known(maps, 'gids', gid) });
  return { inside: insideOf(maps), outside, making: (work) => asRootOf(maps, work) };
}

/** Without root those of its user's files: user_namespaces(7). */
export function ownersOnDisk(): Owners {
  return isPrivileged() ? ON_DISK : { ...ON_DISK, inside: insideOf(ownIds()) };
}

/** Of files that have no id-mapped mount before them. Who has no id in the range stays who he is: in there he is nobody. */
export function rangeOwners(userns: UsernsConfig): OwnerOf {
  const { uids, gids } = rangeMaps(userns);
  return ({ uid, gid }) => ({ uid: idOutside(uids, uid) ?? uid, gid: idOutside(gids, gid) ?? gid });
}

function same({ uid, gid }: Ids): Ids {
  return { uid, gid };
}

function insideOf({ uids, gids }: IdMaps): OwnerOf {
  return ({ uid, gid }) => ({ uid: idInside(uids, uid), gid: idInside(gids, gid) });
}

/** Who is not in the container at all is nobody there. */
function known(maps: IdMaps, kind: keyof IdMaps, id: number): number {
  return idOutside(maps[kind], id) ?? idOutside(maps[kind], OVERFLOW_ID) ?? (idOutside(maps[kind], 0) as number);
}

/**
 * Files are made with the ids of the thread: in an id-mapped layer those of root of the host could not be written down (EOVERFLOW). What root
 * may do to files of others is wanted all the same.
 */
function asRootOf<T>(maps: IdMaps, work: () => T): T {
  const [{ uid, gid }, { permitted }] = [rootOf(maps), ownCapabilities()];
  callUntraced(setfsgid(gid));
  callUntraced(setfsuid(uid));
  callUntraced(capset(permitted, permitted, 0n));
  try {
    return work();
  } finally {
    callUntraced(setfsuid(0));
    callUntraced(setfsgid(0));
  }
}
