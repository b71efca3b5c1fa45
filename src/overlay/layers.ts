import { lstatSync } from 'node:fs';
import type { Entry } from '../kernel/files/file-names.js';
import type { Walkable } from '../kernel/files/walk.js';
import { LayerUnion } from '../rootfs/layer-union.js';
import { isOpaque, isWhiteout } from '../rootfs/overlay-marks.js';
import { Tree } from '../state/tree.js';
import { attributeName } from './attributes.js';

/** A writable layer and those below it, the top-most first. */
export interface Stack {
  readonly upper: string;
  readonly lower: readonly string[];
  /** False: the overlay was mounted in a user namespace. */
  readonly privileged: boolean;
}

/** A writable layer and those below, all in the same directory. */
export class Layers implements Walkable, Disposable {
  readonly upper: Tree;
  readonly #lower: LayerUnion;
  readonly #opaque: string;

  constructor({ upper, lower, privileged }: Stack) {
    this.#opaque = attributeName('opaque', privileged);
    this.upper = new Tree(upper);
    this.#lower = new LayerUnion(lower, [this.#opaque]);
  }

  // #region kind
  /** Whether a name in this directory was added, changed or deleted. */
  kindOf({ name }: Entry): 'A' | 'C' | 'D' | undefined {
    const stats = lstatSync(this.upper.cursor.at(name), { throwIfNoEntry: false });
    const isBelow = this.#lower.has(name);
    if (!stats) return isBelow ? 'D' : undefined;
    if (isWhiteout(stats)) return 'D';
    return isBelow ? 'C' : 'A';
  }

  /** The container's own entries in this directory, and those that it hides where it is opaque. */
  entries(): Entry[] {
    const own = this.upper.entries();
    if (!isOpaque(this.upper.cursor.fd, [this.#opaque])) return own;
    const names = new Set(own.map(({ name }) => name));
    const hidden = this.#lower.entries().filter(({ name }) => !names.has(name));
    return [...own, ...hidden.map(({ name }) => ({ name, isDirectory: false }))];
  }
  // #endregion

  enter(directory: Entry): boolean {
    return this.upper.enter(directory) && this.#lower.enter(directory);
  }

  leave(): void {
    this.upper.leave();
    this.#lower.leave();
  }

  [Symbol.dispose](): void {
    this.upper[Symbol.dispose]();
    this.#lower[Symbol.dispose]();
  }
}
