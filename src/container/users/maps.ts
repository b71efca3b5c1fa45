import { ownIds } from '../../kernel/credentials/own-ids.js';
import { isPrivileged } from '../../kernel/credentials/privilege.js';
import type { IdMaps } from '../../oci/id-maps.js';
import { readIdMaps } from '../../procfs/id-maps.js';
import { readNamespace } from '../../procfs/namespaces.js';
import type { UsernsConfig } from '../record.js';

/** The ids that a container has, as far as they are not those of the host: in a range of root's, or those that its user may map. */
export function mapsFor(userns: UsernsConfig | undefined): IdMaps | undefined {
  if (!isPrivileged()) return ownIds();
  return userns && rangeMaps(userns);
}

/** Of a container whose user namespace root makes before it; the others make theirs by clone(2). */
export function madeMapsFor(userns: UsernsConfig | undefined): IdMaps | undefined {
  return isPrivileged() ? mapsFor(userns) : undefined;
}

/** Of a container that runs, by its first process. Undefined where it is in the user namespace of this one. */
export function mapsOfRunning(init: number): IdMaps | undefined {
  return readNamespace(init, 'user') === readNamespace('self', 'user') ? undefined : readIdMaps(init);
}

/** Of a range that a container of root's has been given. */
export function rangeMaps({ uid, gid, size }: UsernsConfig): IdMaps {
  const map = (hostID: number) => [{ containerID: 0, hostID, size }];
  return { uids: map(uid), gids: map(gid) };
}
