import { readFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { findProgram, programDirectories } from '../files/program-path.js';
import { isInOwnNamespace, OWN_NAMESPACE } from './own-namespace.js';

/** Ids of the host that a user may map: so many from `start` on. */
export interface SubordinateIds {
  readonly start: number;
  readonly count: number;
}

/** The lines of a /etc/subuid for a user, who is there by name or by number: subuid(5). */
export function parseSubordinateIds(text: string, users: readonly string[]): SubordinateIds[] {
  const lines = text.split('\n').map((line) => line.split(':'));
  const own = lines.filter(([user = '']) => users.includes(user));
  return own.flatMap(([, start, count]) => (start && count ? [{ start: Number(start), count: Number(count) }] : []));
}

/** Podman's name for the user whose lines are for containers of root's. */
export const POOL_OWNER = 'containers';

/** Those that some user has in /etc/subuid, and in /etc/subgid. */
export function readSubordinateIds(users: readonly string[]): { uids: SubordinateIds[]; gids: SubordinateIds[] } {
  const [uids = [], gids = []] = ['/etc/subuid', '/etc/subgid'].map((path) => parseSubordinateIds(read(path), users));
  return { uids, gids };
}

/** Where a range can begin that nobody has in either file: as useradd(8) gives them, behind all others. */
export function firstFreeSubordinateId(): number {
  const lines = ['/etc/subuid', '/etc/subgid'].flatMap((path) =>
    read(path)
      .split('\n')
      .map((line) => line.split(':')),
  );
  const ends = lines.map(([, start, count]) => Number(start) + Number(count)).filter(Number.isSafeInteger);
  return Math.max(100_000, ...ends);
}

/** Those that some user has for users and for groups alike. */
export function subordinateIdsOf(users: readonly string[]): SubordinateIds[] {
  const { uids, gids } = readSubordinateIds(users);
  return uids.filter(({ start, count }) => gids.some((one) => one.start === start && one.count === count));
}

/** The first of those that the user of this process has. */
export function ownSubordinateIds(): SubordinateIds | undefined {
  return subordinateIdsOf(ownNames())[0];
}

/** The path of newuidmap or newgidmap; undefined where there is none. */
export function mapProgram(name: 'newuidmap' | 'newgidmap'): string | undefined {
  return findProgram(name, programDirectories());
}

/** The name of the user, who may have none (getpwuid(3)), and the number. */
export function ownNames(): string[] {
  if (isInOwnNamespace()) return JSON.parse(process.env[OWN_NAMESPACE] as string).names;
  const uid = `${process.geteuid?.()}`;
  try {
    return [userInfo().username, uid];
  } catch {
    return [uid];
  }
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return ''; // who may not read it, or has none, is given nothing
  }
}
