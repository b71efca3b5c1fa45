import type { TarEntry } from '../../tar/entry.js';
import { type Changed, isAlike } from './changed-tree.js';

/**
 * Directories and files that may have been made only for something to be mounted on them, in the writable layer: they are held back until
 * something else in them is told.
 */
export class MadeForMounts {
  readonly #points: ReadonlySet<string>;
  readonly #above: ReadonlySet<string>;
  #held: TarEntry[] = [];

  /** Absolute paths. */
  constructor(mountPoints: readonly string[]) {
    const names = mountPoints.map((path) => path.split('/').filter((name) => name !== '' && name !== '.'));
    this.#points = new Set(names.map((path) => path.join('/')));
    this.#above = new Set(names.flatMap((path) => path.slice(0, -1).map((_, i) => path.slice(0, i + 1).join('/'))));
  }

  /** Whether a member is held back. */
  hold(path: string, entry: TarEntry, { stats, below }: Changed): boolean {
    const isPoint = this.#points.has(path) && entry.size === 0;
    const isOnTheWay = this.#above.has(path) && entry.type === 'directory';
    const isUnchanged = stats && (!below || (entry.type === 'directory' && isAlike(below, stats)));
    if (!isUnchanged || !(isPoint || isOnTheWay)) return false;
    this.#held = [...this.release(path), entry];
    return true;
  }

  /** The directories on the way to a path that were held back. Of others nothing was told, and nothing will be. */
  release(path: string): TarEntry[] {
    const above = this.#held.filter(({ name }) => name.endsWith('/') && path.startsWith(name));
    this.#held = [];
    return above;
  }
}
