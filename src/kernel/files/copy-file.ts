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

/** Copies a symbolic link; with `owners` user and group too. */
export function copyLink(from: Place, to: Place, owners: boolean): void {
  const stats = lstatSync(procPathOf(from));
  makeRoom(to);
  symlinkSync(readlinkSync(procPathOf(from), 'buffer'), procPathOf(to));
  if (owners) lchownSync(procPathOf(to), stats.uid, stats.gid);
  lutimesSync(procPathOf(to), stats.atime, stats.mtime);
}

/** Copies a file. Returns the number of its bytes. */
export function copyFile(from: Place, to: Place, owners: boolean): number {
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

/** Gives a copy the mode and times of the original; with `owners` user and group too. chown(2) clears the set-user-ID bit, so the mode is set after it. */
export function keep(fd: number, { uid, gid, mode, atime, mtime }: Stats | BigIntStats, owners: boolean): void {
  if (owners) fchownSync(fd, Number(uid), Number(gid));
  fchmodSync(fd, Number(mode) & 0o7777);
  futimesSync(fd, atime, mtime);
}

/** Opens a new file; where the old one cannot be removed, since it is a mount point (EBUSY), that one, truncated. */
function openNew(place: Place): number {
  try {
    makeRoom(place);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EBUSY') throw error;
    return openSync(procPathOf(place), O_WRONLY | O_TRUNC | O_NOFOLLOW | O_NONBLOCK);
  }
  return openSync(procPathOf(place), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600);
}

function makeRoom(place: Place): void {
  const there = look(place);
  if (there?.isDirectory()) {
    throw new CopyError(`${place.shown} is a directory, and is not replaced by something else`, 'EISDIR');
  }
  if (there) unlinkSync(procPathOf(place));
}
