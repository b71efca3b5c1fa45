import type { Gate } from '../../../labs/12-runtime/calls/pieces.js';
import { mapLines, mapOwnIds } from '../../kernel/credentials/own-ids.js';
import type { Linux } from '../../oci/linux.js';

/** Writes the maps of the user namespace that clone(2) makes for a container of an ordinary user. */
export function userMapOf({ uidMappings: uids, gidMappings: gids }: Linux): Gate | undefined {
  if (!uids || !gids) return undefined;
  return { lines: mapLines({ uids, gids }), open: (pid) => mapOwnIds(pid, { uids, gids }) };
}
