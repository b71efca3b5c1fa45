import { type BigIntStats, closeSync, fstatSync, openSync } from 'node:fs';
import { O_CLOEXEC, O_DIRECTORY, O_NOFOLLOW, O_RDONLY } from '../constants.js';
import { UserError } from '../errors/user-error.js';
import { type Entry, entriesOf, nodePath } from './file-names.js';

/** Opens the directory of a name in an open directory. Throws node's errors; ENOTDIR or ELOOP for anything else. */
export type OpenBelow = (directory: number, name: string) => number;

/**
 * An open directory that is walked down name by name and up again: for trees made by others, which may be
 * deeper than any path (PATH_MAX) or stack, and may change meanwhile.
 *
 * It holds one descriptor at any depth. It goes up by `..`, and checks that this is the same
 * directory that it came from: a directory that was moved leads nowhere else. It follows no symbolic link.
 */
export class DirectoryCursor implements Disposable {
  #fd: number;
  #stats: BigIntStats;
  readonly #above: { stats: BigIntStats; name: string }[] = [];
  readonly #open: OpenBelow;

  /** Takes an open directory, and closes it at the end. */
  constructor(fd: number, open: OpenBelow = openBelow) {
    this.#fd = fd;
    this.#open = open;
    this.#stats = fstatSync(fd, { bigint: true });
  }

  /** The descriptor of the current directory. */
  get fd(): number {
    return this.#fd;
  }

  get stats(): BigIntStats {
    return this.#stats;
  }

  /** The number of levels below the first directory. */
  get depth(): number {
    return this.#above.length;
  }

  /** The entries of the current directory. */
  entries(): Entry[] {
    return entriesOf(`/proc/self/fd/${this.#fd}`);
  }

  /** The path of an entry for node's own functions. Its last name may be a link: only for functions that do not follow one. */
  at(name: string): string | Buffer {
    return nodePath(`/proc/self/fd/${this.#fd}/${name}`);
  }

  /** The path from the first directory to an entry, or to here. Of the whole depth: only for what is shown. */
  pathTo(...names: readonly string[]): string {
    return [...this.#above.map(({ name }) => name), ...names].join('/');
  }

  /** Goes down into a directory. Throws as {@link OpenBelow} does, and stays where it is then. */
  enter(name: string): void {
    this.#above.push({ stats: this.#stats, name });
    try {
      this.#moveTo(this.#open(this.#fd, name));
    } catch (error) {
      this.#above.pop();
      throw error;
    }
  }

  /** Goes up again. Returns the name of the directory that it left. */
  leave(): string {
    const { stats, name } = this.#above.at(-1) as { stats: BigIntStats; name: string };
    const parent = openBelow(this.#fd, '..');
    if (!isSame(fstatSync(parent, { bigint: true }), stats)) {
      closeSync(parent);
      throw new MovedMeanwhile(this.pathTo());
    }
    this.#above.pop();
    this.#moveTo(parent);
    return name;
  }

  [Symbol.dispose](): void {
    closeSync(this.#fd);
  }

  #moveTo(fd: number): void {
    const stats = fstatSync(fd, { bigint: true });
    closeSync(this.#fd);
    this.#fd = fd;
    this.#stats = stats;
  }
}

/** A cursor in the directory of this path. */
export function openCursor(path: string, open?: OpenBelow): DirectoryCursor {
  return new DirectoryCursor(openSync(nodePath(path), O_RDONLY | O_DIRECTORY | O_CLOEXEC), open);
}

/** A cursor in a directory of an open directory. Throws as {@link OpenBelow} does. */
export function openCursorAt(directory: number, name: string): DirectoryCursor {
  return new DirectoryCursor(openBelow(directory, name));
}

/** A directory was moved while the cursor was in it. */
class MovedMeanwhile extends UserError {
  readonly code = 'ESTALE';

  constructor(path: string) {
    super(`${path} was moved meanwhile`, 3, 'Try again, or pause the container first.');
  }
}

/** Whether two descriptions are of one file. Inode numbers have 64 bits: overlayfs uses all of them (xino). */
export function isSame(a: BigIntStats, b: BigIntStats): boolean {
  return a.dev === b.dev && a.ino === b.ino;
}

function openBelow(directory: number, name: string): number {
  return openSync(nodePath(`/proc/self/fd/${directory}/${name}`), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}
