/** Whom the files of a layer belong to. */
import { close, open, write } from '../../kernel/calls/index.js';
import { CLONE_NEWUSER, O_WRONLY } from '../../kernel/constants.js';
import { ownIds } from '../../kernel/credentials/own-ids.js';
import { isInOwnNamespace } from '../../kernel/credentials/own-namespace.js';
import { isPrivileged } from '../../kernel/credentials/privilege.js';
import { mapFiles } from '../../kernel/credentials/user-namespace.js';
import type { Ids } from '../../kernel/files/copy-file.js';
import type { Syscall } from '../../kernel/syscall.js';
import { type IdMaps, idOutside } from '../../oci/id-maps.js';

/**
 * `theirs`: as the archive says. `mapped`: the same, as far as the user who runs this has such ids; what belongs to others is given to root.
 * `ours`: all to whoever runs this, who is root of a user namespace of one id meanwhile, for chroot(2). There lchown(2) to another id is EINVAL.
 */
export type Owners = 'theirs' | 'mapped' | 'ours';

export function possibleOwners(): Owners {
  if (isPrivileged()) return 'theirs';
  return isInOwnNamespace() ? 'mapped' : 'ours';
}

/** Who has a file that belongs to these in its archive. Undefined: whoever makes it, who is root there. */
export function ownerOfMember({ uid, gid }: Ids, owners: Owners): Ids | undefined {
  if (owners === 'ours' || uid + gid === 0) return undefined;
  if (owners === 'theirs') return { uid, gid };
  const mapped = { uid: ownOr0('uids', uid), gid: ownOr0('gids', gid) };
  return mapped.uid + mapped.gid === 0 ? undefined : mapped;
}

/** Whether it belongs to others than in its archive. */
export function isGivenToRoot(ids: Ids, owners: Owners): boolean {
  const owner = ownerOfMember(ids, owners) ?? { uid: 0, gid: 0 };
  return owner.uid !== ids.uid || owner.gid !== ids.gid;
}

function ownOr0(kind: keyof IdMaps, id: number): number {
  return idOutside(ownIds()[kind], id) ?? 0;
}

/** Namespaces for lists that make such files. */
export function ownersNamespaces(owners: Owners): number {
  return owners === 'ours' ? CLONE_NEWUSER : 0;
}

/** Calls before the first that needs a right: in a user namespace one may map oneself (user_namespaces(7)). */
export function ownersCalls(owners: Owners): Syscall[] {
  if (owners !== 'ours') return [];
  const [uid, gid] = [process.geteuid?.() ?? 0, process.getegid?.() ?? 0];
  return mapFiles('self', `0 ${uid} 1`, `0 ${gid} 1`).flatMap(([path, text]) => {
    const file = open(path, O_WRONLY);
    return [file, write(file, text), close(file)];
  });
}
