import {
  type BigIntStats,
  closeSync,
  fchmodSync,
  fchownSync,
  fstatSync,
  futimesSync,
  lchownSync,
  lstatSync,
  lutimesSync,
  openSync,
  readlinkSync,
  type Stats,
  symlinkSync,
  unlinkSync,
} from 'node:fs';
import { O_CREAT, O_EXCL, O_NOFOLLOW, O_NONBLOCK, O_RDONLY, O_TRUNC, O_WRONLY } from '../constants.js';
import { copyBytes } from './copy-bytes.js';
import { CopyError } from './copy-error.js';
import { look, type Place, procPathOf } from './file-tree.js';

/** A user and a group. */
export interface Ids {
  readonly uid: number;
  readonly gid: number;
}

/** Whose a copy is to be. */
export type OwnerOf = (original: Ids) => Ids;

/** Whether a copy gets user and group of the original, or whom it gets instead; otherwise it belongs to the user of this process. */
export type Owners = boolean | OwnerOf;

/** Copies a symbolic link. */
export function copyLink(from: Place, to: Place, owners: Owners): void {
  const stats = lstatSync(procPathOf(from));
  makeRoom(to);
  symlinkSync(readlinkSync(procPathOf(from), 'buffer'), procPathOf(to));
  const owner = ownerOf(stats, owners);
  if (owner) lchownSync(procPathOf(to), owner.uid, owner.gid);
  lutimesSync(procPathOf(to), stats.atime, stats.mtime);
}

/** Copies a file. Returns the number of its bytes. */
export function copyFile(from: Place, to: Place, owners: Owners): number {
  // It may have been replaced by a pipe, for which open(2) would wait.
  const source = openSync(procPathOf(from), O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  try {
    const target = openNew(to);
    try {
      const bytes = copyBytes(source, target);
      keep(target, fstatSync(source), owners);
      return bytes;
    } finally {
      closeSync(target);
    }
  } finally {
    closeSync(source);
  }
}

/** Gives a copy its owner, and the mode and times of the original. chown(2) clears the set-user-ID bit, so the mode is set after it. */
export function keep(fd: number, stats: Stats | BigIntStats, owners: Owners): void {
  const owner = ownerOf(stats, owners);
  if (owner) fchownSync(fd, owner.uid, owner.gid);
  fchmodSync(fd, Number(stats.mode) & 0o7777);
  futimesSync(fd, stats.atime, stats.mtime);
}

function ownerOf(stats: Stats | BigIntStats, owners: Owners): Ids | undefined {
  const original = { uid: Number(stats.uid), gid: Number(stats.gid) };
  if (typeof owners === 'function') return owners(original);
  return owners ? original : undefined;
}

/** Opens a new file; where the old one cannot be removed, since it is a mount point (EBUSY), that one, truncated. */
export function openNew(place: Place): number {
  try {
    makeRoom(place);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EBUSY') throw error;
    return openSync(procPathOf(place), O_WRONLY | O_TRUNC | O_NOFOLLOW | O_NONBLOCK);
  }
  return openSync(procPathOf(place), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600);
}

/** Removes what is there; not a directory. */
export function makeRoom(place: Place): void {
  const there = look(place);
  if (there?.isDirectory()) {
    throw new CopyError(`${place.shown} is a directory, and is not replaced by something else`, 'EISDIR');
  }
  if (there) unlinkSync(procPathOf(place));
}
