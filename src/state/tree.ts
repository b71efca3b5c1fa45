import { type Dirent, lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { errnoName } from './directories.js';

/** Bytes that a directory and all below it take on the disk. A file with several names counts once. */
export function diskUsage(directory: string): number {
  const sizes = new Map<string, number>();
  for (const path of ['.', ...paths(directory)]) {
    const stats = lstatSync(join(directory, path), { throwIfNoEntry: false });
    if (stats) sizes.set(`${stats.dev}:${stats.ino}`, stats.blocks * BLOCK);
  }
  return [...sizes.values()].reduce((sum, size) => sum + size, 0);
}

/** The unit of st_blocks, whatever the filesystem's own blocks are: inode(7). */
const BLOCK = 512;

/**
 * All paths below a directory, relative to it, parents before children. What a running container deletes meanwhile is left
 * out. Links are not followed: they are a container's, and lead anywhere. (readdirSync() with `recursive` follows them, in Node 20.)
 */
export function paths(directory: string, below = ''): string[] {
  return readEntries(join(directory, below)).flatMap((entry) => {
    const path = join(below, entry.name);
    return entry.isDirectory() ? [path, ...paths(directory, path)] : [path];
  });
}

function readEntries(directory: string): Dirent[] {
  try {
    return readdirSync(directory, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch (error) {
    if (errnoName(error) === 'ENOENT') return [];
    throw error;
  }
}
