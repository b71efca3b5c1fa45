import { callUntraced } from '../../kernel/call.js';
import { lgetxattr, llistxattr } from '../../kernel/calls/index.js';
import type { Ids } from '../../kernel/files/copy-file.js';
import type { Syscall } from '../../kernel/syscall.js';
import { isGivenToRoot, type Owners } from './owners.js';

/**
 * Whether a layer may have an attribute: what users set, what a program may do, and access control lists. Those of overlayfs would hide files,
 * or lead elsewhere; what else is `security.` or `trusted.` means something to the kernel of another machine.
 */
export function isKept(name: string, owners: Owners): boolean {
  return (
    (name.startsWith('user.') && !name.startsWith('user.overlay.')) ||
    name === 'security.capability' ||
    (isAcl(name) && owners !== 'ours')
  );
}

function isAcl(name: string): boolean {
  return name.startsWith('system.posix_acl_');
}

/** Whether a file of a layer can be given it: the kernel refuses an access control list about ids that a user namespace does not have (EINVAL). */
export function isPossible(name: string, value: Uint8Array, owners: Owners): boolean {
  if (owners !== 'mapped' || !isAcl(name)) return true;
  return idsIn(value).every((ids) => !isGivenToRoot(ids, owners));
}

/** Of users and groups that a list names: include/uapi/linux/posix_acl_xattr.h. */
function idsIn(list: Uint8Array): Ids[] {
  const [bytes, header, size] = [Buffer.from(list), 4, 8];
  const count = Math.max(0, Math.floor((bytes.length - header) / size));
  return Array.from({ length: count }, (_, i) => header + i * size).map((at) => {
    const [tag, id] = [bytes.readUInt16LE(at), bytes.readUInt32LE(at + 4)];
    return { uid: tag === ACL_USER ? id : 0, gid: tag === ACL_GROUP ? id : 0 };
  });
}

const ACL_USER = 0x02;
const ACL_GROUP = 0x08;

/** The attributes of a file that go into a layer, by name; of the file itself, not of what a link leads to. */
export function readKept(path: string, owners: Owners): ReadonlyMap<string, Uint8Array> {
  const names = filled((space) => llistxattr(path, space));
  if (names.length === 0) return NONE;
  const kept = Buffer.from(names)
    .toString('utf8')
    .split('\0')
    .filter((name) => isKept(name, owners));
  return new Map(kept.sort().map((name) => [name, filled((space) => lgetxattr(path, name, space))]));
}

const NONE: ReadonlyMap<string, Uint8Array> = new Map();

/** What a call writes that tells, for a buffer of no bytes, how many it has; none after an error: it may have been removed meanwhile. */
function filled(call: (space: Uint8Array) => Syscall): Uint8Array {
  const space = new Uint8Array(Math.max(0, callUntraced(call(NOTHING))));
  const length = space.length > 0 ? callUntraced(call(space)) : 0;
  return space.subarray(0, Math.max(0, length));
}

const NOTHING = new Uint8Array(0);
