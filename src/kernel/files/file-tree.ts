import { closeSync, fstatSync, lstatSync, type Stats } from 'node:fs';
import { basename, dirname } from 'node:path';
import { callUntraced } from '../call.js';
import { openat } from '../calls/index.js';
import { openat2, RESOLVE_IN_ROOT } from '../calls/mount-api.js';
import { AT_FDCWD, O_CLOEXEC, O_DIRECTORY, O_PATH } from '../constants.js';
import { CopyError, errnoError } from './copy-error.js';
import { linkTarget, nodePath } from './file-names.js';

/** Where something is, or could be: a directory that is held open, and a name in it. */
export interface Place {
  readonly directory: number;
  readonly name: string;
  /** For messages: as a person wrote it. */
  readonly shown: string;
}

/** More symbolic links than this are a loop: path_resolution(7). */
const MOST_LINKS = 40;

/**
 * The files of this host, or those of a container below a descriptor of its root.
 *
 * A container may replace a directory by a symbolic link to the host's during a copy (CVE-2018-15664 in docker cp). So the
 * kernel resolves paths inside the root (openat2(2), RESOLVE_IN_ROOT), and what it found is held by descriptors.
 */
export class FileTree implements Disposable {
  readonly #root: number | undefined;
  readonly #open: number[] = [];

  /** Without a root: this host. */
  constructor(root?: number) {
    this.#root = root;
  }

  /** Opens (O_PATH) what a path leads to, symbolic links followed. Returns undefined where nothing is there. */
  find(path: string): number | undefined {
    try {
      return this.#openPath(path, 0);
    } catch (error) {
      if (error instanceof CopyError && error.errno === 'ENOENT') return undefined;
      throw error;
    }
  }

  /** Where a path is or could be made: its directory exists, its last name need not, and a link there is not followed. */
  locate(path: string): Place {
    const name = basename(path);
    // Only the kernel knows which directory such a path means, and that `..` ends at the root.
    if (isNameless(path)) return { directory: this.#openPath(path, O_DIRECTORY), name: '.', shown: path };
    return { directory: this.#openPath(dirname(path), O_DIRECTORY), name, shown: path };
  }

  /** The same, but where the last name is a symbolic link, what that leads to. */
  locateTarget(path: string): Place {
    let ahead = path;
    for (let links = 0; links < MOST_LINKS; links++) {
      const place = this.locate(ahead);
      if (!look(place)?.isSymbolicLink()) return { ...place, shown: path };
      const target = linkTarget(`/proc/self/fd/${place.directory}/${place.name}`);
      // Not join(): what `..` means depends on the links before it.
      ahead = target.startsWith('/') ? target : `${dirname(ahead)}/${target}`;
    }
    throw errnoError('ELOOP', path);
  }

  [Symbol.dispose](): void {
    for (const fd of this.#open) closeSync(fd);
  }

  #openPath(path: string, flags: number): number {
    const how = O_PATH | O_CLOEXEC | flags;
    const inside = { flags: how, resolve: RESOLVE_IN_ROOT };
    const fd = callUntraced(this.#root === undefined ? openat(AT_FDCWD, path, how) : openat2(this.#root, path, inside));
    if (fd < 0) throw errnoError(-fd, path);
    this.#open.push(fd);
    return fd;
  }
}

/** Whether a path does not end in a name: `/`, `.`, `a/..`. */
export function isNameless(path: string): boolean {
  return ['', '.', '..'].includes(basename(path));
}

/** What is at a place, a symbolic link not followed; undefined where nothing is. */
export function look(place: Place): Stats | undefined {
  return lstatSync(procPathOf(place), { throwIfNoEntry: false });
}

/** A path for node's functions that starts at an open directory. Its last name may be a link: use it only with functions that do not follow one. */
export function procPathOf({ directory, name }: Place): string | Buffer {
  return nodePath(`/proc/self/fd/${directory}/${name}`);
}

/** The file behind a descriptor. */
export function isDirectory(fd: number): boolean {
  return fstatSync(fd).isDirectory();
}
