import { UserError } from '../../kernel/errors/user-error.js';
import { NotReadable } from '../../kernel/files/regular-file.js';
import { type IdMaps, idCount, idOutside, maySetGroups } from '../../oci/id-maps.js';
import { type Account, type Group, idOf, readAccounts, readGroups } from '../../rootfs/accounts.js';
import type { ReadGuest } from '../../rootfs/guest-file.js';
import { wayToMore } from '../users/one-user.js';

/** Who a program runs as, in numbers, and where its home is. */
export interface Identity {
  readonly uid: number;
  readonly gid: number;
  /** Supplementary groups. */
  readonly groups: readonly number[];
  readonly home: string;
}

/** The environment with a HOME, where it has none: that of the user in /etc/passwd. */
export function withHome(env: readonly string[], { home }: Identity): readonly string[] {
  return env.some((variable) => variable.startsWith('HOME=')) ? env : [...env, `HOME=${home}`];
}

/** The container has no such user or group, or does not tell. */
export class UnknownUser extends UserError {
  constructor(message: string, remedy: string) {
    super(message, 2, remedy);
  }
}

/** Who is to be: as given to `-u` and `--group-add`. */
export interface Wanted {
  readonly user: string;
  readonly groupAdd?: readonly string[] | undefined;
}

/**
 * {@link resolveUser} for whoever starts a container here, with more groups. `ids`: those that it has, where they are not all that there are.
 * Throws UserError (3) for others, and for groups where there is one, since nobody may set them then (user_namespaces(7)).
 */
export function resolveIdentity({ user, groupAdd = [] }: Wanted, read: ReadGuest, ids: IdMaps | undefined): Identity {
  if (groupAdd.length > 0 && !maySetGroups(ids?.gids)) throw noGroups(groupAdd);
  const identity = withGroups(resolveUser(user, read), groupAdd, read);
  if (ids) refuseUnmapped(user, identity, ids);
  return identity;
}

function refuseUnmapped(user: string, { uid, gid, groups }: Identity, { uids, gids }: IdMaps): void {
  const isAlone = !maySetGroups(gids);
  const others = (isAlone ? [gid] : [gid, ...groups]).filter((id) => idOutside(gids, id) === undefined);
  if (idOutside(uids, uid) !== undefined && others.length === 0) return;
  if (isAlone) throw onlyRoot(user);
  const missing = others.length > 0 ? `group ${others[0]}` : `user ${uid}`;
  const message = `-u ${user}: the user namespace of the container has no ${missing}: it has ${idCount(uids)} ids, from 0 on`;
  throw new UserError(message, 3, 'As root, --userns auto:size=N gives it more; otherwise /etc/subuid has them.');
}

function onlyRoot(user: string): UserError {
  const message = `-u ${user}: without root a container has one user, who is root inside and you outside`;
  return new UserError(message, 3, `${wayToMore()}\nOr leave -u out, or run tslab as root.`);
}

function withGroups(identity: Identity, more: readonly string[], read: ReadGuest): Identity {
  const known = more.every((word) => idOf(word) !== undefined)
    ? []
    : explaining(`group ${more.join(', ')}`, () => readGroups(read));
  const groups = [...identity.groups, ...more.map((word) => groupOf(word, known))];
  return { ...identity, groups: [...new Set(groups)] };
}

function noGroups(words: readonly string[]): UserError {
  const message = `--group-add ${words.join(', ')}: in a user namespace with one group no process may set groups (user_namespaces(7))`;
  return new UserError(message, 3, `${wayToMore()}\nOr leave --group-add out, or run tslab as root.`);
}

/**
 * What `-u` means in a container: `UID`, `UID:GID`, `name`, `name:group`, empty for root. Numbers need no entry in /etc/passwd,
 * names do. Throws {@link UnknownUser} where a name is unknown, a number out of range, or a file is needed that cannot be read: not
 * for `UID:GID`, and not for root where nobody asked for a user.
 */
export function resolveUser(user: string, read: ReadGuest): Identity {
  const [who = '0', group] = (user || '0:0').split(':').map((word) => word || '0');
  const isGiven = idOf(who) !== undefined && idOf(group ?? '') !== undefined;
  const tables = isGiven ? withoutTrouble(() => readTables(read)) : explaining(`user ${user}`, () => readTables(read));
  const account = findAccount(who, tables.accounts);
  const uid = account ? given(account, 'uid') : numberOf(who, 'user');
  const home = account?.home || '/';
  if (group !== undefined) {
    const gid = groupOf(group, tables.groups);
    return { uid, gid, groups: [gid], home };
  }
  const gid = account ? given(account, 'gid') : 0;
  const others = tables.groups.filter(({ members }) => account && members.includes(account.name));
  return { uid, gid, groups: [...new Set([gid, ...others.map(gidOf)])], home };
}

interface Tables {
  readonly accounts: readonly Account[];
  readonly groups: readonly Group[];
}

function readTables(read: ReadGuest): Tables {
  return { accounts: readAccounts(read), groups: readGroups(read) };
}

/** A container whose files make no sense can be entered all the same, to put them right. */
function withoutTrouble(work: () => Tables): Tables {
  try {
    return work();
  } catch (error) {
    if (error instanceof NotReadable) return { accounts: [], groups: [] };
    throw error;
  }
}

/** By name, or by number: the first line that fits. */
function findAccount(who: string, accounts: readonly Account[]): Account | undefined {
  const id = idOf(who);
  return accounts.find(({ name, uid }) => name === who || (id !== undefined && idOf(uid) === id));
}

function groupOf(wanted: string, groups: readonly Group[]): number {
  const found = groups.find(({ name }) => name === wanted);
  return found ? gidOf(found) : numberOf(wanted, 'group');
}

/** What a line of /etc/passwd gives. Anything but a number is not taken for 0, as docker does: that would be root. */
function given(account: Account, field: 'uid' | 'gid'): number {
  return idOf(account[field]) ?? refuseLine('/etc/passwd', account.name, `${field} ${JSON.stringify(account[field])}`);
}

function gidOf({ name, gid }: Group): number {
  return idOf(gid) ?? refuseLine('/etc/group', name, `gid ${JSON.stringify(gid)}`);
}

function refuseLine(path: string, name: string, what: string): never {
  const message = `the container's ${path} gives ${name} the ${what}: ${RANGE}`;
  throw new UnknownUser(message, 'Put that line right, or give the ids as numbers: -u UID:GID.');
}

/** Docker's words. */
const RANGE = 'uids and gids must be in range 0-2147483647';

function numberOf(word: string, kind: 'user' | 'group'): number {
  const id = idOf(word);
  if (id !== undefined) return id;
  const file = kind === 'user' ? 'passwd' : 'group';
  const problem = /^[-+]?\d+$/.test(word) ? RANGE : `no matching entries in ${file} file`;
  const remedy = `Give a ${kind} id as a number, or a name that the container's /etc/${file} has.`;
  throw new UnknownUser(`unable to find ${kind} ${word}: ${problem}`, remedy);
}

function explaining<T>(who: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof NotReadable)) throw error;
    throw new UnknownUser(`unable to find ${who}: ${error.message}`, 'Leave -u and --group-add out to enter as root.');
  }
}
