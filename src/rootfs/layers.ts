import { closeSync, lstatSync, openSync, type Stats } from 'node:fs';
import { posix } from 'node:path';
import { O_CLOEXEC, O_DIRECTORY, O_NOFOLLOW, O_PATH } from '../kernel/constants.js';
import { linkTarget, nodePath } from '../kernel/files/file-names.js';
import { isOpaque, isWhiteout } from './overlay-marks.js';

/** path_resolution(7): more symbolic links than this are taken for a loop. */
const MOST_LINKS = 40;

/** A directory in each layer that has it, topmost first, and the names in it that were looked up. */
interface Directory {
  readonly merged: Merged;
  readonly known: Map<string, Entry | undefined>;
}

/** What a name means in an overlay: the merged directories of several layers, topmost first; or the entry of one layer. */
type Entry =
  | ({ readonly kind: 'directory' } & Directory)
  | { readonly kind: 'link'; readonly target: string }
  | { readonly kind: 'other'; readonly parent: number };

/**
 * What paths mean in an overlay of some layers, topmost first, none of which need be mounted. Whiteouts and opaque directories
 * hide what lies below them (Documentation/filesystems/overlayfs.rst), symbolic links start again at the overlay's root and
 * never lead out of it.
 *
 * Each step starts from a descriptor, so a change of the layers meanwhile leads nowhere else. Directories stay open for further paths, and of an
 * image of many layers only those are opened that a path asks for.
 */
export class Layers implements Disposable {
  readonly #layers: readonly string[];
  readonly #fds: number[] = [];
  #root: Directory | undefined;

  constructor(layers: readonly string[]) {
    this.#layers = layers;
  }

  /** Opens (O_PATH) what is at a path. Returns undefined where nothing is; throws ELOOP on a loop of links. */
  open(path: string): number | undefined {
    const { passed, ahead, end } = this.#follow(path, NOWHERE);
    if (end) return ahead.length === 1 ? openName(end.parent, ahead[0] as string) : undefined;
    if (ahead.length > 0) return undefined;
    const [topmost] = (passed.at(-1) as Passed).directory.merged;
    return topmost === undefined ? undefined : openName(topmost, '.');
  }

  /**
   * The same path without links. A part that does not exist yet stays as it is, and so does what is below the places that something
   * else is mounted on (`covered`). Throws ELOOP on a loop of links.
   */
  resolve(path: string, covered = NOWHERE): string {
    const { passed, ahead } = this.#follow(path, covered);
    return posix.join('/', pathOf(passed), ...ahead);
  }

  #follow(path: string, covered: ReadonlySet<string>): Followed {
    const passed: Passed[] = [{ name: '', directory: this.#openRoot() }];
    const ahead = namesOf(path);
    for (let links = 0, name = ahead[0]; name !== undefined && !covered.has(pathOf(passed)); name = ahead[0]) {
      const entry = name === '..' ? 'up' : this.#lookUp((passed.at(-1) as Passed).directory, name);
      if (entry === undefined || (entry !== 'up' && entry.kind === 'other')) return { passed, ahead, end: entry };
      ahead.shift();
      if (entry === 'up') passed.splice(Math.max(1, passed.length - 1));
      else if (entry.kind === 'directory') passed.push({ name, directory: entry });
      else {
        if (++links > MOST_LINKS) throw tooManyLinks(path);
        if (entry.target.startsWith('/')) passed.splice(1);
        ahead.unshift(...namesOf(entry.target));
      }
    }
    return { passed, ahead, end: undefined };
  }

  #openRoot(): Directory {
    this.#root ??= { merged: new Merged(this.#openLayers()), known: new Map() };
    return this.#root;
  }

  /** Layers that do not exist yet are left out. */
  *#openLayers(): Generator<number> {
    for (const layer of this.#layers) {
      const fd = this.#holdIfThere(layer);
      if (fd !== undefined) yield fd;
    }
  }

  #lookUp(directory: Directory, name: string): Entry | undefined {
    if (!directory.known.has(name)) directory.known.set(name, this.#lookAnew(directory.merged, name));
    return directory.known.get(name);
  }

  /** The topmost layer that has the name says what it is. */
  #lookAnew(directories: Merged, name: string): Entry | undefined {
    for (const parent of directories) {
      const stats = statsOf(parent, name);
      if (!stats) continue;
      if (stats.isDirectory())
        return { kind: 'directory', merged: new Merged(this.#openMerged(directories, name)), known: new Map() };
      if (isWhiteout(stats)) return undefined;
      if (!stats.isSymbolicLink()) return { kind: 'other', parent };
      return { kind: 'link', target: linkTarget(`/proc/self/fd/${parent}/${name}`) };
    }
    return undefined;
  }

  /** Goes from the topmost layer down, to the first that has something other than a directory at this name, or below an opaque one. */
  *#openMerged(directories: Merged, name: string): Generator<number> {
    let above: number | undefined;
    for (const parent of directories) {
      const stats = statsOf(parent, name);
      if (!stats) continue;
      if (!stats.isDirectory() || (above !== undefined && isOpaque(above))) return;
      above = this.#hold(`/proc/self/fd/${parent}/${name}`, O_DIRECTORY | O_NOFOLLOW);
      yield above;
    }
  }

  /** Without asking first whether it is there, as all but the one that is to be made are. */
  #holdIfThere(layer: string): number | undefined {
    try {
      return this.#hold(layer, O_DIRECTORY);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
  }

  #hold(path: string, flags: number): number {
    const fd = openSync(nodePath(path), O_PATH | O_CLOEXEC | flags);
    this.#fds.push(fd);
    return fd;
  }

  [Symbol.dispose](): void {
    for (const fd of this.#fds) closeSync(fd);
  }
}

/** Descriptors of directories that are merged, each opened when it is asked for first. */
class Merged implements Iterable<number> {
  readonly #opened: number[] = [];
  readonly #rest: Iterator<number>;

  constructor(rest: Iterator<number>) {
    this.#rest = rest;
  }

  *[Symbol.iterator](): Generator<number> {
    for (let at = 0; at < this.#opened.length || this.#openNext(); at++) yield this.#opened[at] as number;
  }

  #openNext(): boolean {
    const { done, value } = this.#rest.next();
    if (!done) this.#opened.push(value);
    return !done;
  }
}

const NOWHERE: ReadonlySet<string> = new Set();

/** How far a path leads: directories that were passed, names that are left, and the entry that ended it. */
interface Followed {
  readonly passed: readonly Passed[];
  readonly ahead: readonly string[];
  readonly end: Extract<Entry, { kind: 'other' }> | undefined;
}

interface Passed {
  readonly name: string;
  readonly directory: Directory;
}

function pathOf(passed: readonly Passed[]): string {
  return passed.map(({ name }) => name).join('/');
}

function statsOf(parent: number, name: string): Stats | undefined {
  return lstatSync(nodePath(`/proc/self/fd/${parent}/${name}`), { throwIfNoEntry: false });
}

function openName(parent: number, name: string): number {
  return openSync(nodePath(`/proc/self/fd/${parent}/${name}`), O_PATH | O_NOFOLLOW | O_CLOEXEC);
}

function namesOf(path: string): string[] {
  return path.split('/').filter((name) => name !== '' && name !== '.');
}

function tooManyLinks(path: string): Error {
  return Object.assign(new Error(`${path} goes through more than ${MOST_LINKS} symbolic links`), { code: 'ELOOP' });
}
