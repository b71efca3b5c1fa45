import { closeSync, fstatSync } from 'node:fs';
import { callUntraced } from '../kernel/call.js';
import { nsGetNstype, nsGetOwnerUid, nsGetParent, nsGetUserns } from '../kernel/calls/nsfs.js';
import * as k from '../kernel/constants.js';
import type { Syscall } from '../kernel/syscall.js';

/** The types of namespaces by their flags: namespaces(7). */
export const NAMESPACE_FLAGS = {
  cgroup: k.CLONE_NEWCGROUP,
  ipc: k.CLONE_NEWIPC,
  mnt: k.CLONE_NEWNS,
  net: k.CLONE_NEWNET,
  pid: k.CLONE_NEWPID,
  time: k.CLONE_NEWTIME,
  uts: k.CLONE_NEWUTS,
  user: k.CLONE_NEWUSER,
} as const;

export type NamespaceType = keyof typeof NAMESPACE_FLAGS;

export const NAMESPACE_TYPES = Object.keys(NAMESPACE_FLAGS) as NamespaceType[];

/** What the kernel tells of a namespace by its file: ioctl_ns(2). */
export interface Relations {
  readonly type: NamespaceType;
  /** Inode of the user namespace that owns it. Null: it is above our own, or there is none. */
  readonly owner: number | null;
  /** Inode of the namespace that it is in: of pid and user namespaces only. Null as above. */
  readonly parent: number | null;
  /** Of a user namespace: the user who made it. */
  readonly ownerUid: number | null;
}

/**
 * Notes a namespace, and those above it, by their inodes: a user namespace in which there is no process any more lives on as the owner
 * of others. Returns the inode of the first; undefined where the file is not of a namespace of a known type.
 */
export function noteRelations(fd: number, known: Map<number, Relations>): number | undefined {
  const { ino } = fstatSync(fd);
  if (known.has(ino)) return ino;
  const type = typeOf(fd);
  if (type === undefined) return undefined;
  const owner = noteAbove(nsGetUserns(fd), known);
  const parent = type === 'pid' ? noteAbove(nsGetParent(fd), known) : type === 'user' ? owner : null;
  known.set(ino, { type, owner, parent, ownerUid: type === 'user' ? ownerUid(fd) : null });
  return ino;
}

/** The type of the namespace that an open file is; undefined where it is none. */
export function typeOf(fd: number): NamespaceType | undefined {
  const flag = callUntraced(nsGetNstype(fd));
  return NAMESPACE_TYPES.find((type) => NAMESPACE_FLAGS[type] === flag);
}

function noteAbove(request: Syscall, known: Map<number, Relations>): number | null {
  const fd = callUntraced(request);
  if (fd < 0) return null;
  try {
    return noteRelations(fd, known) ?? null;
  } finally {
    closeSync(fd);
  }
}

function ownerUid(fd: number): number | null {
  const uid = new Uint32Array(1);
  return callUntraced(nsGetOwnerUid(fd, new Uint8Array(uid.buffer))) < 0 ? null : (uid[0] as number);
}
