import { UserError } from '../../kernel/errors/user-error.js';
import { NotReadable } from '../../kernel/files/regular-file.js';
import { type Account, type Group, idOf, readAccounts, readGroups } from '../../rootfs/accounts.js';
import type { ReadGuest } from '../../rootfs/guest-file.js';

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

/**
 * {@link resolveUser} for whoever starts a container here. Without root it has one user, since nobody else may be mapped
 * (user_namespaces(7)): throws UserError (3) for another.
 */
export function resolveIdentity(user: string, read: ReadGuest, privileged: boolean): Identity {
  const identity = resolveUser(user, read);
  if (privileged || (identity.uid === 0 && identity.gid === 0)) return identity;
  const message = `-u ${user}: without root a container has one user, who is root inside and you outside`;
  throw new UserError(message, 3, 'Leave -u out, or run tslab as root.');
}

/**
 * What `-u` means in a container: `UID`, `UID:GID`, `name`, `name:group`, empty for root. Numbers need no entry in /etc/passwd,
 * names do. Throws {@link UnknownUser} where a name is unknown, a number out of range, or a file is needed that cannot be read: not
 * for `UID:GID`, and not for root where nobody asked for a user.
 */
export function resolveUser(user: string, read: ReadGuest): Identity {
  const [who = '0', group] = (user || '0:0').split(':').map((word) => word || '0');
  const isGiven = idOf(who) !== undefined && idOf(group ?? '') !== undefined;
  const tables = isGiven ? withoutTrouble(() => readTables(read)) : explaining(user, () => readTables(read));
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

function explaining<T>(user: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof NotReadable)) throw error;
    throw new UnknownUser(`unable to find user ${user}: ${error.message}`, 'Leave -u out to enter as root.');
  }
}
