import { chmodSync, constants, copyFileSync, mkdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Entry } from './entry.js';

/** Makes the entries below `root`, an empty directory. Throws node's errors (ENOSPC where the disk is full). */
export function writeEntries(root: string, entries: readonly Entry[]): void {
  chmodSync(root, 0o755);
  for (const entry of entries) {
    make(entry, join(root, entry.path));
    // Afterwards, since our umask clears bits of a mode that is given to mkdir(2) or open(2).
    if (entry.kind !== 'symlink') chmodSync(join(root, entry.path), modeOf(entry));
  }
}

function make(entry: Entry, path: string): void {
  if (entry.kind === 'directory') mkdirSync(path);
  else if (entry.kind === 'symlink') symlinkSync(entry.target, path);
  else if (entry.kind === 'text') writeFileSync(path, entry.text);
  // Where the filesystem can, both share their blocks until one is written to.
  else copyFileSync(entry.from, path, constants.COPYFILE_FICLONE);
}

/** A copy keeps no setuid bit: the host's `mount` has one, and no lab needs it. */
function modeOf(entry: Exclude<Entry, { kind: 'symlink' }>): number {
  if (entry.kind !== 'copy') return entry.mode;
  return statSync(entry.from).mode & 0o111 ? 0o755 : 0o644;
}

/** Bytes on disk that the entries will take, in blocks of 4 KiB. The short target of a link lies in its inode. */
export function spaceNeeded(entries: readonly Entry[]): number {
  const files = entries.filter(({ kind }) => kind !== 'symlink');
  const sizes = files.map((entry) => (entry.kind === 'copy' ? statSync(entry.from).size : 1));
  return sizes.reduce((total, size) => total + Math.ceil(size / BLOCK) * BLOCK, 0);
}

const BLOCK = 4096;
