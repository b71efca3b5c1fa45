import { type BigIntStats, lstatSync, type Stats } from 'node:fs';
import type { OwnerOf } from '../../kernel/files/copy-file.js';
import type { DirectoryCursor } from '../../kernel/files/directory-cursor.js';
import { byBytes, type Entry } from '../../kernel/files/file-names.js';
import type { Walkable } from '../../kernel/files/walk.js';
import { attributeName } from '../../overlay/attributes.js';
import { refuseClosed } from '../../overlay/changes.js';
import type { Stack } from '../../overlay/layers.js';
import { LayerUnion } from '../../rootfs/layer-union.js';
import { isOpaque } from '../../rootfs/overlay-marks.js';
import { Tree } from '../../state/tree.js';
import { OPAQUE, WHITEOUT } from './entry.js';

/** A writable layer, those of its image, and how it is to be told. */
export interface DiffSource extends Stack {
  /** Who an owner on this disk is in the image; by default the same. */
  readonly owner?: OwnerOf;
  /** No file is newer than that, in nanoseconds since 1970. */
  readonly latest?: bigint | undefined;
  /** Absolute paths where something was mounted: what was made there for that, and is empty, is no change. */
  readonly mountPoints?: readonly string[];
}

/** A member of the layer: its name in its directory, and what it is. */
export interface Changed extends Entry {
  /** Marks are of this directory, of a deleted name, or the file itself is there. */
  readonly kind: 'opaque' | 'whiteout' | 'present';
  /** Of what is present. */
  readonly stats?: BigIntStats;
  /** What the image has under this name. */
  readonly below?: Stats | undefined;
}

/** Marks first: some programs unpack a layer over what they concern. */
export function inOrder(a: Changed, b: Changed): number {
  return ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind) || byBytes(a.name, b.name);
}

const ORDER: readonly Changed['kind'][] = ['opaque', 'whiteout', 'present'];

/** A writable layer, and beside it what the layers below show. */
export class ChangedTree implements Walkable<Changed>, Disposable {
  readonly #upper: Tree;
  readonly #lower: LayerUnion;
  readonly #opaque: readonly [string];
  readonly #leftOut: string[];

  constructor({ upper, lower, privileged }: DiffSource, leftOut: string[]) {
    this.#opaque = [attributeName('opaque', privileged)];
    this.#upper = new Tree(upper);
    this.#lower = new LayerUnion(lower, this.#opaque);
    this.#leftOut = leftOut;
  }

  get cursor(): DirectoryCursor {
    return this.#upper.cursor;
  }

  /** Its time changes with each file that is made in it, and so tells nothing. */
  get isRootChanged(): boolean {
    const below = this.#lower.topmost?.stats;
    return !below || !isAlike(below, this.cursor.stats);
  }

  entries(): Changed[] {
    const own = this.#upper.entries().flatMap(({ name }) => this.#changed(name));
    return this.#hidesBelow() ? [{ name: OPAQUE, kind: 'opaque', isDirectory: false }, ...own] : own;
  }

  enter(directory: Changed): boolean {
    return this.#upper.enter(directory) && this.#lower.enter(directory);
  }

  leave(): void {
    this.#upper.leave();
    this.#lower.leave();
  }

  /** Throws UserError where a directory could not be read. */
  refuseClosed(): void {
    refuseClosed(this.#upper.closed);
  }

  [Symbol.dispose](): void {
    this.#upper[Symbol.dispose]();
    this.#lower[Symbol.dispose]();
  }

  #changed(name: string): Changed[] {
    const stats = lstatSync(this.cursor.at(name), { bigint: true, throwIfNoEntry: false });
    if (!stats) return [];
    const below = this.#lower.look(name);
    if (stats.isCharacterDevice() && stats.rdev === 0n)
      return below ? [{ name: WHITEOUT + name, kind: 'whiteout', isDirectory: false }] : [];
    if (!stats.isSocket() && !name.startsWith(WHITEOUT))
      return [{ name, kind: 'present', isDirectory: stats.isDirectory(), stats, below }];
    this.#leftOut.push(this.cursor.pathTo(name));
    return [];
  }

  /** Only where the image has the directory: the kernel marks new ones, too (containers/storage#141). */
  #hidesBelow(): boolean {
    return this.#lower.topmost !== undefined && isOpaque(this.cursor.fd, this.#opaque);
  }
}

/** Whether two directories have one mode and owner. */
export function isAlike(a: Stats | BigIntStats, b: BigIntStats): boolean {
  return BigInt(a.mode) === b.mode && BigInt(a.uid) === b.uid && BigInt(a.gid) === b.gid;
}
