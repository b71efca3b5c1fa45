import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setgroups, setresgid, setresuid } from '../../src/kernel/calls.js';
import type { Syscall } from '../../src/kernel/syscall.js';
import { UserError } from '../../src/kernel/user-error.js';
import { walk } from '../../src/rootfs/walk.js';

/** Who a program runs as, in numbers, and where its home is. */
export interface Identity {
  readonly uid: number;
  readonly gid: number;
  /** Supplementary groups. */
  readonly groups: readonly number[];
  readonly home: string;
}

/**
 * {@link resolveUser} for whoever starts a container here. Without root it has one user, since nobody else may be mapped
 * (user_namespaces(7)): throws UserError (3) for another.
 */
export function resolveIdentity(user: string, roots: readonly string[], privileged: boolean): Identity {
  const identity = resolveUser(user, roots);
  if (privileged || (identity.uid === 0 && identity.gid === 0)) return identity;
  const message = `-u ${user}: without root a container has one user, who is root inside and you outside`;
  throw new UserError(message, 3, 'Leave -u out, or run tslab as root.');
}

/** Gives up root: groups first, the user last, since afterwards nothing may be changed any more (setresuid(2), setgroups(2)). */
export function becomeUser({ uid, gid, groups }: Identity): Syscall[] {
  if (uid === 0 && gid === 0) return [];
  return [setgroups(groups), setresgid(gid, gid, gid), setresuid(uid, uid, uid)];
}

/**
 * What `-u` means in a root filesystem: `UID`, `UID:GID`, `name`, `name:group`, empty for root. Numbers need no entry in
 * /etc/passwd, names do: throws UserError (2) where it has none. `roots` are the directories of the image, topmost first.
 */
export function resolveUser(user: string, roots: readonly string[]): Identity {
  const [who = '', group] = user.split(':');
  const passwd = table(roots, '/etc/passwd');
  const account = passwd.find(([name, , uid]) => name === (who || 'root') || uid === who);
  const groups = table(roots, '/etc/group');
  const uid = numberOr(who || '0', account?.[2], `unable to find user ${who}: no matching entry in passwd file`);
  const gid = group === undefined ? Number(account?.[3] ?? 0) : groupId(group, groups);
  const names = groups.filter(([, , , members]) => members?.split(',').includes(account?.[0] ?? '\0'));
  const supplementary = group === undefined ? names.map(([, , id]) => Number(id)) : [];
  return { uid, gid, groups: [...new Set([gid, ...supplementary])], home: account?.[5] ?? '/' };
}

function groupId(group: string, groups: string[][]): number {
  const found = groups.find(([name]) => name === group);
  return numberOr(group, found?.[2], `unable to find group ${group}: no matching entry in group file`);
}

function numberOr(given: string, found: string | undefined, problem: string): number {
  if (found !== undefined) return Number(found);
  if (/^\d+$/.test(given) && Number(given) < 2 ** 31) return Number(given);
  throw new UserError(problem, 2, 'Give a user id as a number, or a name that the image knows.');
}

/** The lines of a `:` separated file in the image, its links resolved inside. Empty where there is none. */
function table(roots: readonly string[], path: string): string[][] {
  for (const root of roots) {
    try {
      return readFileSync(join(root, walk(root, path).at(-1)?.path ?? path), 'utf8')
        .split('\n')
        .filter(Boolean)
        .map((line) => line.split(':'));
    } catch {
      // The next layer may have it.
    }
  }
  return [];
}
