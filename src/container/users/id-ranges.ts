/**
 * Ranges of the host's ids for containers of root's, one each. Who has one is told by the records of the containers alone: so a range is given
 * back with its container, and a crash, before or after the record is there, neither loses one nor gives it twice.
 */
import { join } from 'node:path';
import { POOL_OWNER, type SubordinateIds, subordinateIdsOf } from '../../kernel/credentials/subordinate-ids.js';
import { UserError } from '../../kernel/errors/user-error.js';
import { stateDirectory } from '../../state/directories.js';
import { withLock } from '../../state/lock.js';
import type { UsernsConfig } from '../record.js';
import { containerIds, readOrSkip } from '../store/read.js';

/** The upper half of all ids, where neither people nor systemd have any; the last one means none. */
const UPPER_HALF: SubordinateIds = { start: 2 ** 31, count: 2 ** 31 - 1 };

/** What was asked for; without a uid any range that is free. */
export type WantedRange = Pick<UsernsConfig, 'mode' | 'size'> & Partial<Pick<UsernsConfig, 'uid' | 'gid'>>;

/** Does the work that writes down who has a range, while nobody else takes one. Throws UserError (3) where none is free. */
export function withRange<T>(wanted: WantedRange, work: (range: UsernsConfig) => T): T {
  if (isGiven(wanted)) return work(wanted);
  return withLock(join(stateDirectory('containers'), '.id-ranges.lock'), () => work(freeRange(wanted)));
}

/** The range that would be taken now. */
export function freeRange(wanted: WantedRange): UsernsConfig {
  if (isGiven(wanted)) return wanted;
  const start = firstFree(wanted.size, pool(), takenRanges());
  if (start === undefined) throw noneFree(wanted);
  return { ...wanted, uid: start, gid: start };
}

function isGiven(wanted: WantedRange): wanted is UsernsConfig {
  return wanted.uid !== undefined && wanted.gid !== undefined;
}

function pool(): readonly SubordinateIds[] {
  const own = subordinateIdsOf([POOL_OWNER]);
  return own.length > 0 ? own : [UPPER_HALF];
}

function takenRanges(): SubordinateIds[] {
  const taken = containerIds().flatMap((id) => readOrSkip(id)?.config.userns ?? []);
  return taken.flatMap(({ uid, gid, size }) => [uid, gid].map((start) => ({ start, count: size })));
}

/** Where so many ids are free in a row: the lowest such place of a pool. */
export function firstFree(
  size: number,
  pool: readonly SubordinateIds[],
  taken: readonly SubordinateIds[],
): number | undefined {
  const sorted = taken.toSorted((a, b) => a.start - b.start);
  for (const { start, count } of pool) {
    let at = start;
    for (const range of sorted) {
      if (range.start + range.count > at && range.start < at + size) at = range.start + range.count;
    }
    if (at + size <= start + count) return at;
  }
  return undefined;
}

function noneFree({ mode, size }: WantedRange): UserError {
  const message = `--userns ${mode}: no ${size} ids in a row are free`;
  const remedy = `Remove a container that has some, or give ${POOL_OWNER} more in /etc/subuid and /etc/subgid.`;
  return new UserError(message, 3, remedy);
}
