import { type BigIntStats, lstatSync } from 'node:fs';
import { errorCode } from '../kernel/errors/errno.js';
import { type DirectoryCursor, openCursor } from '../kernel/files/directory-cursor.js';
import type { Entry } from '../kernel/files/file-names.js';
import { type Walkable, walk } from '../kernel/files/walk.js';

/** Bytes that a directory and all below it take on the disk. A file with several names counts once. */
export function diskUsage(directory: string): number {
  return sumOf(directory, ({ blocks }) => Number(blocks) * BLOCK);
}

/** Bytes that the files below a directory are long, holes of sparse ones included: what Docker calls a size (moby, directory.Size()). Each counts once. */
export function fileBytes(directory: string): number {
  return sumOf(directory, (stats) => (stats.isDirectory() ? 0 : Number(stats.size)));
}

function sumOf(directory: string, sizeOf: (stats: BigIntStats) => number): number {
  using tree = new Tree(directory);
  const sizes = new Map<string, number>();
  const count = (name: string) => {
    const stats = lstatSync(tree.cursor.at(name), { bigint: true, throwIfNoEntry: false });
    if (stats) sizes.set(`${stats.dev}:${stats.ino}`, sizeOf(stats));
  };
  count('.');
  for (const { name } of walk(tree)) count(name);
  return [...sizes.values()].reduce((sum, size) => sum + size, 0);
}

/** The unit of st_blocks, whatever the filesystem's own blocks are: inode(7). */
const BLOCK = 512;

/** All paths below a directory, relative to it, parents before children. */
export function paths(directory: string): string[] {
  using tree = new Tree(directory);
  const found: string[] = [];
  for (const { name } of walk(tree)) found.push(tree.cursor.pathTo(name));
  return found;
}

/**
 * A directory and all below it. What a running container deletes meanwhile is left out, and so are the entries of a directory that
 * this user may not read. Links are not followed: they are a container's, and lead anywhere.
 */
export class Tree implements Walkable, Disposable {
  /** Directories that this user may not read. */
  readonly closed: string[] = [];
  readonly cursor: DirectoryCursor;

  constructor(directory: string) {
    this.cursor = openCursor(directory);
  }

  entries(): Entry[] {
    return this.cursor.entries();
  }

  enter({ name }: Entry): boolean {
    try {
      this.cursor.enter(name);
      return true;
    } catch (error) {
      const errno = errorCode(error) ?? '';
      if (errno === 'EACCES') this.closed.push(this.cursor.pathTo(name));
      else if (!CHANGED.has(errno)) throw error;
      return false;
    }
  }

  leave(): void {
    this.cursor.leave();
  }

  [Symbol.dispose](): void {
    this.cursor[Symbol.dispose]();
  }
}

/** Gone, or replaced by a file or a link. */
const CHANGED: ReadonlySet<string> = new Set(['ENOENT', 'ENOTDIR', 'ELOOP']);
