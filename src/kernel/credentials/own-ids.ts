/** The ids that an ordinary user has in a user namespace: the own one, as root, and those of /etc/subuid, by two programs that may map them. */
import { readSync } from 'node:fs';
import { writeFile } from '../call.js';
import { execve } from '../calls/index.js';
import { Descriptors } from '../descriptors.js';
import { UserError } from '../errors/user-error.js';
import { start } from '../process.js';
import type { Syscall } from '../syscall.js';
import { waitNoMore, waitNow } from '../wait.js';
import { isInOwnNamespace, OWN_NAMESPACE } from './own-namespace.js';
import { mapProgram, ownSubordinateIds } from './subordinate-ids.js';
import { mapFiles } from './user-namespace.js';

/** A range of ids: inside from `containerID` on, outside from `hostID` on. */
interface Range {
  readonly containerID: number;
  readonly hostID: number;
  readonly size: number;
}

/** Maps of users and of groups. */
export interface OwnIds {
  readonly uids: readonly Range[];
  readonly gids: readonly Range[];
}

let known: OwnIds | undefined;

/** Those of the user of this process. Where no ids are given to him, or the programs are missing, he is alone. */
export function ownIds(): OwnIds {
  known ??= findOwnIds();
  return known;
}

function findOwnIds(): OwnIds {
  if (isInOwnNamespace()) return JSON.parse(process.env[OWN_NAMESPACE] as string);
  const given = mapProgram('newuidmap') && mapProgram('newgidmap') ? ownSubordinateIds() : undefined;
  const more = given ? [{ containerID: 1, hostID: given.start, size: given.count }] : [];
  const map = (hostID = 0) => [{ containerID: 0, hostID, size: 1 }, ...more];
  return { uids: map(process.geteuid?.()), gids: map(process.getegid?.()) };
}

/** Gives a user namespace these ids, by a process that is in it. Throws UserError (3) where a program refuses. */
export function mapOwnIds(pid: number, { uids, gids }: OwnIds = ownIds()): void {
  if (isAlone(uids)) {
    for (const [file, text] of mapFiles(pid, line(uids), line(gids))) writeFile(file, text);
    return;
  }
  if (isInOwnNamespace()) {
    writeMaps(pid, { uids, gids });
    return;
  }
  runMapProgram('newuidmap', pid, uids);
  runMapProgram('newgidmap', pid, gids);
}

/** The same, a line each. */
export function mapLines({ uids, gids }: OwnIds): string[] {
  if (isAlone(uids)) {
    return mapFiles('PID', line(uids), line(gids)).map(([file, text]) => `write ${JSON.stringify(text)} to ${file}`);
  }
  return Object.entries({ newuidmap: uids, newgidmap: gids }).map(
    ([program, map]) => `${program} PID ${map.flatMap(words).join(' ')}`,
  );
}

/** Who is root of these ids may map them without a program, which would be of another root. */
function writeMaps(pid: number, maps: OwnIds): void {
  writeFile(`/proc/${pid}/uid_map`, maps.uids.map((range) => words(range).join(' ')).join('\n'));
  writeFile(`/proc/${pid}/gid_map`, maps.gids.map((range) => words(range).join(' ')).join('\n'));
}

/** A map of one id may be written by whoever has that; another by the two programs alone. */
function isAlone(map: readonly Range[]): boolean {
  return map.length === 1 && map[0]?.size === 1;
}

function line(map: readonly Range[]): string {
  return map.flatMap(words).join(' ');
}

function words({ containerID, hostID, size }: Range): string[] {
  return [containerID, hostID, size].map(String);
}

/** It ends at once, so it is waited for here: whoever waits for all children later must not hear of it (wait.ts). */
function runMapProgram(name: 'newuidmap' | 'newgidmap', pid: number, map: readonly Range[]): void {
  const fds = new Descriptors();
  try {
    const told = fds.pipe();
    const program = newIdMap(mapProgram(name) ?? name, pid, map);
    const helper = start({ calls: [program], stdio: ['null', 'null', told.write] });
    waitNoMore(helper.pid);
    const { status } = waitNow(helper.pid);
    fds.close(told.write);
    if (status !== 0) throw notMapped(name, textOf(told.read));
  } finally {
    fds.closeAll();
  }
}

// #region newuidmap
/**
 * Becomes newuidmap or newgidmap, at this path. They are root by a set-uid bit, or by file capabilities, and write a map for a process of their
 * caller if /etc/subuid, or /etc/subgid, gives the ids to that user (newuidmap(1)).
 */
export function newIdMap(path: string, pid: number, map: readonly Range[]): Syscall {
  return execve(path, [path, `${pid}`, ...map.flatMap(words)], ['PATH=/usr/bin:/bin']);
}
// #endregion

function textOf(fd: number): string {
  const bytes = Buffer.alloc(4096);
  return bytes.toString('utf8', 0, readSync(fd, bytes)).trim();
}

function notMapped(name: string, told: string): UserError {
  const message = `${name} refuses the ids of /etc/subuid and /etc/subgid: ${told.split('\n')[0] || 'it does not say why'}`;
  return new UserError(message, 3, 'tslab doctor tells what is wrong with them.');
}
