import { type BigIntStats, closeSync, fstatSync, lstatSync, openSync } from 'node:fs';
import { callUntraced } from '../../kernel/call.js';
import { linkThrough } from '../../kernel/calls/index.js';
import { openat2, RESOLVE_IN_ROOT, RESOLVE_NO_SYMLINKS } from '../../kernel/calls/mount-api.js';
import { O_CLOEXEC, O_DIRECTORY, O_NOFOLLOW, O_PATH } from '../../kernel/constants.js';
import { errorCode } from '../../kernel/errors/errno.js';
import { makeRoom } from '../../kernel/files/copy-file.js';
import { isSame } from '../../kernel/files/directory-cursor.js';
import { type Place, procPathOf } from '../../kernel/files/file-tree.js';

/** What became of a file with several names: the path of its copy below the top, and which file that is. */
interface Made {
  readonly path: string;
  readonly stats: BigIntStats;
}

/**
 * Keeps the files of a tree that have several names one file in its copy. A copy is found again below the directory that was copied to,
 * by descriptors, without following a link; where something else is there meanwhile, the next name gets a copy of its own.
 */
export class HardLinks implements Disposable {
  readonly #top: number;
  /** By device and inode of the original. */
  readonly #made = new Map<string, Made>();

  /** The directory that is copied to. */
  constructor(top: number) {
    this.#top = openSync(`/proc/self/fd/${top}`, O_PATH | O_DIRECTORY | O_CLOEXEC);
  }

  /** Gives the copy of a file one more name. False where there is none yet, or it cannot have one (EXDEV, EMLINK). Throws as makeRoom() does. */
  link(from: Place, to: Place): boolean {
    const made = this.#made.get(keyOf(statsOf(from)));
    if (!made) return false;
    const fd = callUntraced(openat2(this.#top, made.path, BELOW));
    if (fd < 0) return false;
    try {
      if (!isSame(fstatSync(fd, { bigint: true }), made.stats) || !makesRoom(to)) return false;
      return callUntraced(linkThrough(`/proc/self/fd/${fd}`, `/proc/self/fd/${to.directory}/${to.name}`)) === 0;
    } finally {
      closeSync(fd);
    }
  }

  /** Notes where the copy of a file is, with its path below the top. */
  note(from: Place, to: Place, path: string): void {
    const [original, stats] = [statsOf(from), statsOf(to)];
    if (original && stats?.isFile()) this.#made.set(keyOf(original), { path, stats });
  }

  [Symbol.dispose](): void {
    closeSync(this.#top);
  }
}

const BELOW = { flags: O_PATH | O_NOFOLLOW | O_CLOEXEC, resolve: RESOLVE_IN_ROOT | RESOLVE_NO_SYMLINKS };

/** Inode numbers have 64 bits: overlayfs uses all of them (xino). */
function statsOf(place: Place): BigIntStats | undefined {
  return lstatSync(procPathOf(place), { bigint: true, throwIfNoEntry: false });
}

function keyOf(stats: BigIntStats | undefined): string {
  return `${stats?.dev}:${stats?.ino}`;
}

/** Removes what is there; false for a mount point. */
function makesRoom(place: Place): boolean {
  try {
    makeRoom(place);
    return true;
  } catch (error) {
    if (errorCode(error) === 'EBUSY') return false;
    throw error;
  }
}
