/** Whom the files of a layer belong to. */
import { close, open, write } from '../../kernel/calls/index.js';
import { CLONE_NEWUSER, O_WRONLY } from '../../kernel/constants.js';
import { isPrivileged } from '../../kernel/credentials/privilege.js';
import { mapFiles } from '../../kernel/credentials/user-namespace.js';
import type { Syscall } from '../../kernel/syscall.js';

/**
 * `theirs`: as the archive says. `ours`: all to whoever runs this, who is root of a user namespace of one id meanwhile, for chroot(2); there
 * lchown(2) to another id is EINVAL.
 */
export type Owners = 'theirs' | 'ours';

export function possibleOwners(): Owners {
  return isPrivileged() ? 'theirs' : 'ours';
}

/** Namespaces for lists that make such files. */
export function ownersNamespaces(owners: Owners): number {
  return owners === 'theirs' ? 0 : CLONE_NEWUSER;
}

/** Calls before the first that needs a right: in a user namespace one may map oneself (user_namespaces(7)). */
export function ownersCalls(owners: Owners): Syscall[] {
  if (owners === 'theirs') return [];
  const [uid, gid] = [process.geteuid?.() ?? 0, process.getegid?.() ?? 0];
  return mapFiles('self', `0 ${uid} 1`, `0 ${gid} 1`).flatMap(([path, text]) => {
    const file = open(path, O_WRONLY);
    return [file, write(file, text), close(file)];
  });
}
