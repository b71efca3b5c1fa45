import { lstatSync } from 'node:fs';
import { errorCode } from '../kernel/errors/errno.js';
import { type DirectoryCursor, openCursor } from '../kernel/files/directory-cursor.js';
import type { Entry } from '../kernel/files/file-names.js';
import { type Walkable, walk } from '../kernel/files/walk.js';

/** Bytes that a directory and all below it take on the disk. A file with several names counts once. */
export function diskUsage(directory: string): number {
  using tree = new Tree(directory);
  const sizes = new Map<string, number>();
  count(sizes, tree.cursor, '.');
  for (const { name } of walk(tree)) count(sizes, tree.cursor, name);
  return [...sizes.values()].reduce((sum, size) => sum + size, 0);
}

function count(sizes: Map<string, number>, cursor: DirectoryCursor, name: string): void {
  const stats = lstatSync(cursor.at(name), { bigint: true, throwIfNoEntry: false });
  if (stats) sizes.set(`${stats.dev}:${stats.ino}`, Number(stats.blocks) * BLOCK);
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
