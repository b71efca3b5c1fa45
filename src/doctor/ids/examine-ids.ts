import { statSync } from 'node:fs';
import { callUntraced } from '../../kernel/call.js';
import { exitGroup, lgetxattr } from '../../kernel/calls/index.js';
import { CLONE_NEWUSER } from '../../kernel/constants.js';
import { mapOwnIds, ownIds } from '../../kernel/credentials/own-ids.js';
import { isPrivileged } from '../../kernel/credentials/privilege.js';
import {
  firstFreeSubordinateId,
  mapProgram,
  ownNames,
  POOL_OWNER,
  readSubordinateIds,
  type SubordinateIds,
} from '../../kernel/credentials/subordinate-ids.js';
import { UserError } from '../../kernel/errors/user-error.js';
import { start } from '../../kernel/process.js';

/** The ids that a container may have beside its user's own. */
export interface IdFacts {
  /** Whose lines these are: this user's, or `containers`, whose are for containers of root's. */
  readonly user: string;
  /** The ranges in /etc/subuid and in /etc/subgid. */
  readonly uids: readonly SubordinateIds[];
  readonly gids: readonly SubordinateIds[];
  /** Where nobody has ids, in either file, from there on. */
  readonly free: number;
  readonly newuidmap: MapProgram;
  readonly newgidmap: MapProgram;
  /** Why they could not be mapped; null: they were, or there is nothing to try, as for root. */
  readonly refused: string | null;
}

export interface MapProgram {
  readonly path: string | null;
  /** What makes it root; null: nothing. */
  readonly right: 'set-uid root' | 'file capabilities' | null;
}

export function examineIds(): IdFacts {
  const user = isPrivileged() ? POOL_OWNER : (ownNames()[0] as string);
  const { uids, gids } = readSubordinateIds(isPrivileged() ? [POOL_OWNER] : ownNames());
  return {
    ...{ user, uids, gids, free: firstFreeSubordinateId() },
    newuidmap: examineProgram('newuidmap'),
    newgidmap: examineProgram('newgidmap'),
    refused: isPrivileged() ? null : tryToMap(),
  };
}

function examineProgram(name: 'newuidmap' | 'newgidmap'): MapProgram {
  const path = mapProgram(name) ?? null;
  return { path, right: path === null ? null : rightOf(path) };
}

/** What execve(2) goes by: capabilities(7). */
function rightOf(path: string): MapProgram['right'] {
  const { uid, mode } = statSync(path);
  if (uid === 0 && mode & 0o4000) return 'set-uid root';
  return callUntraced(lgetxattr(path, 'security.capability', new Uint8Array(64))) > 0 ? 'file capabilities' : null;
}

/** As a container does it, for a process that waits at its gate meanwhile. Nothing is tried where the user has one id alone. */
function tryToMap(): string | null {
  if (ownIds().uids.length < 2) return null;
  try {
    start({ namespaces: CLONE_NEWUSER, calls: [exitGroup(0)] }, (pid) => mapOwnIds(pid));
    return null;
  } catch (error) {
    return refusalOf(error);
  }
}

/** Where there are no user namespaces at all, their row says so. */
function refusalOf(error: unknown): string | null {
  if (error instanceof UserError) return error.message;
  if (error instanceof Error && 'trace' in error) return null;
  throw error;
}
