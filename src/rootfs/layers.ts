import { closeSync, existsSync, lstatSync, openSync } from 'node:fs';
import { posix } from 'node:path';
import { O_CLOEXEC, O_DIRECTORY, O_NOFOLLOW, O_PATH } from '../kernel/constants.js';
import { linkTarget, nodePath } from '../kernel/files/file-names.js';
import { isOpaque, isWhiteout } from './overlay-marks.js';

/** path_resolution(7): more symbolic links than this are taken for a loop. */
const MOST_LINKS = 40;

/** What a name means in an overlay: directories of several layers as one, topmost first; or what one layer has. */
type Entry =
  | { readonly kind: 'directory'; readonly merged: readonly number[] }
  | { readonly kind: 'link'; readonly target: string }
  | { readonly kind: 'other'; readonly parent: number };

/**
 * Opens (O_PATH) what a path would mean in an overlay of these layers, topmost first, none of which need be mounted. Whiteouts
 * and opaque directories hide what lies below them (Documentation/filesystems/overlayfs.rst), symbolic links start again at
 * the overlay's root and never lead out of it. Undefined where nothing is; throws ELOOP where links go round.
 *
 * Each step is made from a descriptor: whoever changes the layers meanwhile gains nothing.
 */
export function openInLayers(layers: readonly string[], path: string): number | undefined {
  using held = new Held();
  const { passed, ahead, end } = follow(layers, path, held);
  if (end) return ahead.length === 1 ? openName(end.parent, ahead[0] as string) : undefined;
  const topmost = passed.at(-1)?.merged[0];
  return topmost === undefined || ahead.length > 0 ? undefined : openName(topmost, '.');
}

/**
 * The same path without links: what it would lead to in an overlay of these layers. What is not there yet is taken as it is, and
 * so is what lies below the places that something else is mounted on (`covered`). Throws ELOOP where links go round.
 */
export function resolveInLayers(layers: readonly string[], path: string, covered: ReadonlySet<string>): string {
  using held = new Held();
  const { passed, ahead } = follow(layers, path, held, covered);
  return posix.join('/', pathOf(passed), ...ahead);
}

/** How far the layers lead along a path: directories that were passed, names that are left, what stands in the way of them. */
interface Followed {
  readonly passed: readonly Passed[];
  readonly ahead: readonly string[];
  readonly end: Extract<Entry, { kind: 'other' }> | undefined;
}

interface Passed {
  readonly name: string;
  readonly merged: readonly number[];
}

function follow(
  layers: readonly string[],
  path: string,
  held: Held,
  covered: ReadonlySet<string> = new Set(),
): Followed {
  const root = layers.filter(existsSync).map((layer) => held.open(layer, O_DIRECTORY));
  const passed: Passed[] = [{ name: '', merged: root }];
  const ahead = namesOf(path);
  for (let links = 0, name = ahead[0]; name !== undefined && !covered.has(pathOf(passed)); name = ahead[0]) {
    const entry = name === '..' ? 'up' : lookUp((passed.at(-1) as Passed).merged, name, held);
    if (entry === undefined || (entry !== 'up' && entry.kind === 'other')) return { passed, ahead, end: entry };
    ahead.shift();
    if (entry === 'up') passed.splice(Math.max(1, passed.length - 1));
    else if (entry.kind === 'directory') passed.push({ name, merged: entry.merged });
    else {
      if (++links > MOST_LINKS) throw tooManyLinks(path);
      if (entry.target.startsWith('/')) passed.splice(1);
      ahead.unshift(...namesOf(entry.target));
    }
  }
  return { passed, ahead, end: undefined };
}

function pathOf(passed: readonly Passed[]): string {
  return passed.map(({ name }) => name).join('/');
}

/** From the topmost layer down, to the first that has something other than a directory at this name, or hides what is below. */
function lookUp(directories: readonly number[], name: string, held: Held): Entry | undefined {
  const merged: number[] = [];
  for (const parent of directories) {
    const stats = lstatSync(nodePath(`/proc/self/fd/${parent}/${name}`), { throwIfNoEntry: false });
    if (!stats) continue;
    if (!stats.isDirectory()) {
      if (merged.length > 0 || isWhiteout(stats)) break;
      if (!stats.isSymbolicLink()) return { kind: 'other', parent };
      return { kind: 'link', target: linkTarget(`/proc/self/fd/${parent}/${name}`) };
    }
    const directory = held.open(`/proc/self/fd/${parent}/${name}`, O_DIRECTORY | O_NOFOLLOW);
    merged.push(directory);
    // Below the lowest is nothing to hide.
    if (parent !== directories.at(-1) && isOpaque(directory)) break;
  }
  return merged.length > 0 ? { kind: 'directory', merged } : undefined;
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

/** Descriptors that are needed on the way only. */
class Held implements Disposable {
  readonly #fds: number[] = [];

  open(path: string, flags: number): number {
    const fd = openSync(nodePath(path), O_PATH | O_CLOEXEC | flags);
    this.#fds.push(fd);
    return fd;
  }

  [Symbol.dispose](): void {
    for (const fd of this.#fds) closeSync(fd);
  }
}
