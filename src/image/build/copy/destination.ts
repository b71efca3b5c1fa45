import { type BigIntStats, closeSync, fstatSync } from 'node:fs';
import { posix } from 'node:path';
import { UserError } from '../../../kernel/errors/user-error.js';
import type { Ids } from '../../../kernel/files/copy-file.js';
import type { Layers } from '../../../rootfs/layers.js';
import type { TarEntry, TarType } from '../../../tar/entry.js';
import type { ChangeMode } from './mode.js';

/** How files come into an image: whose they are, and the time of directories that nobody has described. */
export interface Manner {
  readonly owner: Ids | undefined;
  readonly mode: ChangeMode | undefined;
  /** Nanoseconds since 1970. */
  readonly now: bigint;
}

/** Gets the members of a layer in their order. */
export type Emit = (entry: TarEntry) => void;

const NONE: ReadonlyMap<string, Uint8Array> = new Map();

/**
 * Where files go in an image. Paths are resolved among its layers, which are not mounted: a link there leads wherever it leads inside, and
 * never out. What directories are on the way comes into the layer, too, as the image has them.
 */
export class Destination {
  readonly #layers: Layers;
  readonly #manner: Manner;
  /** What this layer has, by absolute paths. */
  readonly #made = new Map<string, TarType>();
  /** Where paths of directories lead. */
  readonly #resolved = new Map<string, string>();

  constructor(layers: Layers, manner: Manner) {
    this.#layers = layers;
    this.#manner = manner;
  }

  /** Whether the image has a directory at a path. */
  isDirectory(path: string): boolean {
    return this.#lookUp(path)?.isDirectory() ?? false;
  }

  /** The path that a file of this path gets: a link of the image is followed at its end, too. */
  resolve(path: string): string {
    return this.#layers.resolve(path);
  }

  /** The directory that a path leads to, without links; made where there is none. Throws UserError (1) where something else is there. */
  directory(path: string, emit: Emit): string {
    const known = this.#resolved.get(path);
    if (known !== undefined) return known;
    const real = this.#layers.resolve(path);
    const names = real.split('/').filter(Boolean);
    for (let i = 1; i <= names.length; i++) this.#step(`/${names.slice(0, i).join('/')}`, emit);
    this.#resolved.set(path, real);
    return real;
  }

  /** Adds what is to be in a directory that {@link directory} returned. A directory may be there already, and a link there is replaced. Throws UserError (1). */
  add(path: string, entry: Omit<TarEntry, 'name'>, emit: Emit): void {
    const isLink = this.#layers.resolve(path) !== path;
    const isDirectory = !isLink && this.isDirectory(path) && !this.#made.has(path);
    if (isDirectory && entry.type !== 'directory')
      throw new UserError(
        `cannot replace the directory ${path} with a ${entry.type}`,
        1,
        `Name it ${path}/, to copy into it.`,
      );
    this.#made.set(path, entry.type);
    emit({ ...entry, name: nameOf(path, entry.type) });
  }

  #step(path: string, emit: Emit): void {
    const made = this.#made.get(path);
    if (made === 'directory') return;
    const stats = made === undefined ? this.#lookUp(path) : undefined;
    if (made !== undefined || (stats && !stats.isDirectory()))
      throw new UserError(`cannot copy to non-directory: ${path}`, 1, `The image has a ${made ?? 'file'} there.`);
    this.#made.set(path, 'directory');
    emit(stats ? entryLike(stats, path) : this.#newDirectory(path));
  }

  #newDirectory(path: string): TarEntry {
    const { uid, gid } = this.#manner.owner ?? { uid: 0, gid: 0 };
    const type = 'directory';
    const about = { uid, gid, mode: 0o755, size: 0, mtime: this.#manner.now, attributes: NONE };
    return { type, name: nameOf(path, type), linkName: '', ...about };
  }

  #lookUp(path: string): BigIntStats | undefined {
    const fd = this.#layers.open(path);
    if (fd === undefined) return undefined;
    try {
      return fstatSync(fd, { bigint: true });
    } finally {
      closeSync(fd);
    }
  }
}

function entryLike({ mode, uid, gid, mtimeNs }: BigIntStats, path: string): TarEntry {
  const ids = { uid: Number(uid), gid: Number(gid), mode: Number(mode) & 0o7777 };
  return {
    type: 'directory',
    name: nameOf(path, 'directory'),
    linkName: '',
    ...ids,
    size: 0,
    mtime: mtimeNs,
    attributes: NONE,
  };
}

function nameOf(path: string, type: TarType): string {
  const name = posix.normalize(path).slice(1);
  return type === 'directory' ? `${name}/` : name;
}
