/**
 * What Docker does with an empty volume: it gets what the image has at the mount point, owners and modes included.
 *
 * The image's layers are read as they lie on disk, the way overlayfs would show them, since nothing is mounted yet.
 */
import {
  chmodSync,
  chownSync,
  copyFileSync,
  lchownSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  renameSync,
  rmSync,
  type Stats,
  symlinkSync,
  utimesSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { lgetxattr } from '../kernel/calls.js';
import { isPrivileged } from '../kernel/privilege.js';
import { raw } from '../kernel/raw.js';
import { notWritable } from '../state/directories.js';
import { withLock } from '../state/lock.js';

/**
 * Fills an empty volume (`source`, its data directory) with what the image's layers, topmost first, have at `target`;
 * one that has anything in it stays as it is. Where a symbolic link lies on the way nothing is copied: in an image it may lead anywhere.
 * The copy is made beside the data and moved there entry by entry: one that was cut off (SIGKILL) is finished by the next call.
 * Throws UserError (3) where the disk is full.
 */
export function copyUp(layers: readonly string[], target: string, source: string): void {
  const copy = join(dirname(source), 'copying');
  withLock(join(dirname(source), 'lock'), () => {
    if (readdirSync(source).length > 0 && !exists(copy)) return;
    try {
      rmSync(copy, { recursive: true, force: true });
      copyDirectory(union(layers, target.split('/').filter(Boolean)), copy);
      if (exists(copy)) moveInto(source, copy);
    } catch (error) {
      throw notWritable(source, error);
    }
  });
}

function moveInto(source: string, copy: string): void {
  const stats = lstatSync(copy);
  for (const name of readdirSync(copy)) {
    if (!exists(join(source, name))) renameSync(join(copy, name), join(source, name));
  }
  keepOwner(source, stats);
  rmSync(copy, { recursive: true });
}

/** The directories, topmost first, that overlayfs would merge at this path; none where something else lies there, or nothing. */
function union(layers: readonly string[], path: readonly string[]): string[] {
  return path.reduce<string[]>((directories, name) => below(directories, name), [...layers]);
}

function below(directories: readonly string[], name: string): string[] {
  const found: string[] = [];
  for (const path of directories.map((directory) => join(directory, name))) {
    const stats = lstatSync(path, { throwIfNoEntry: false });
    if (!stats) continue;
    if (!stats.isDirectory()) break; // a file, or a whiteout, covers what lies lower
    found.push(path);
    if (isOpaque(path)) break;
  }
  return found;
}

function copyDirectory(directories: readonly string[], to: string): void {
  const [topmost] = directories;
  if (!topmost) return;
  mkdirSync(to);
  for (const name of new Set(directories.flatMap((directory) => readdirSync(directory)))) {
    copyEntry(directories, name, join(to, name));
  }
  keepOwner(to, lstatSync(topmost));
}

/** What the topmost layer that has the name says of it. Devices, sockets and pipes are left out, and so is a whiteout, which is a device. */
function copyEntry(directories: readonly string[], name: string, to: string): void {
  const from = directories.map((directory) => join(directory, name)).find(exists) as string;
  const stats = lstatSync(from);
  if (stats.isDirectory()) copyDirectory(below(directories, name), to);
  else if (stats.isSymbolicLink()) copyLink(from, to, stats);
  else if (stats.isFile()) copyFile(from, to, stats);
}

function copyLink(from: string, to: string, { uid, gid }: Stats): void {
  symlinkSync(readlinkSync(from), to);
  if (isPrivileged()) lchownSync(to, uid, gid);
}

function copyFile(from: string, to: string, stats: Stats): void {
  copyFileSync(from, to);
  keepOwner(to, stats);
}

/** chown(2) takes the set-user-ID bit away, so the mode comes after it. Only root may give files away. */
function keepOwner(path: string, { uid, gid, mode, atime, mtime }: Stats): void {
  if (isPrivileged()) chownSync(path, uid, gid);
  chmodSync(path, mode & 0o7777);
  utimesSync(path, atime, mtime);
}

/** overlayfs marks a directory that hides those below it; `user.` where it was made without root (Linux 5.11). */
function isOpaque(directory: string): boolean {
  const value = new Uint8Array(1);
  return ['trusted', 'user'].some(
    (space) => raw(lgetxattr(directory, `${space}.overlay.opaque`, value)) === 1 && value[0] === 0x79, // "y"
  );
}

function exists(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}
