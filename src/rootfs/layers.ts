import { closeSync, existsSync, lstatSync, openSync, readlinkSync, type Stats } from 'node:fs';
import { lgetxattr } from '../kernel/calls.js';
import { O_CLOEXEC, O_DIRECTORY, O_NOFOLLOW, O_PATH } from '../kernel/constants.js';
import { raw } from '../kernel/raw.js';

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
  const passed: (readonly number[])[] = [layers.filter(existsSync).map((layer) => held.open(layer, O_DIRECTORY))];
  const ahead = namesOf(path);
  let links = 0;
  for (let name = ahead.shift(); name !== undefined; name = ahead.shift()) {
    if (name === '..') {
      if (passed.length > 1) passed.pop();
      continue;
    }
    const entry = lookUp(passed.at(-1) as readonly number[], name, held);
    if (entry?.kind === 'directory') passed.push(entry.merged);
    else if (entry?.kind === 'link') {
      if (++links > MOST_LINKS) throw tooManyLinks(path);
      if (entry.target.startsWith('/')) passed.splice(1);
      ahead.unshift(...namesOf(entry.target));
    } else return entry && ahead.length === 0 ? openName(entry.parent, name) : undefined;
  }
  const topmost = passed.at(-1)?.[0];
  return topmost === undefined ? undefined : openName(topmost, '.');
}

/** From the topmost layer down, to the first that has something other than a directory at this name, or hides what is below. */
function lookUp(directories: readonly number[], name: string, held: Held): Entry | undefined {
  const merged: number[] = [];
  for (const parent of directories) {
    const stats = lstatSync(`/proc/self/fd/${parent}/${name}`, { throwIfNoEntry: false });
    if (!stats) continue;
    if (!stats.isDirectory()) {
      if (merged.length > 0 || isWhiteout(stats)) break;
      if (!stats.isSymbolicLink()) return { kind: 'other', parent };
      return { kind: 'link', target: readlinkSync(`/proc/self/fd/${parent}/${name}`) };
    }
    const directory = held.open(`/proc/self/fd/${parent}/${name}`, O_DIRECTORY | O_NOFOLLOW);
    merged.push(directory);
    if (isOpaque(directory)) break;
  }
  return merged.length > 0 ? { kind: 'directory', merged } : undefined;
}

/** How an overlay notes that a name is deleted: a character device 0:0. */
function isWhiteout(stats: Stats): boolean {
  return stats.isCharacterDevice() && stats.rdev === 0;
}

/** `user.` where the overlay was mounted without root (`userxattr`, Linux 5.11). The dot makes the call follow the magic link. */
function isOpaque(directory: number): boolean {
  const value = new Uint8Array(1);
  return ['trusted', 'user'].some(
    (space) => raw(lgetxattr(`/proc/self/fd/${directory}/.`, `${space}.overlay.opaque`, value)) === 1 && value[0] === Y,
  );
}

const Y = 'y'.charCodeAt(0);

function openName(parent: number, name: string): number {
  return openSync(`/proc/self/fd/${parent}/${name}`, O_PATH | O_NOFOLLOW | O_CLOEXEC);
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
    const fd = openSync(path, O_PATH | O_CLOEXEC | flags);
    this.#fds.push(fd);
    return fd;
  }

  [Symbol.dispose](): void {
    for (const fd of this.#fds) closeSync(fd);
  }
}
