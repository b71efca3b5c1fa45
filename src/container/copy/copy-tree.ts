import {
  closeSync,
  fchmodSync,
  fchownSync,
  fstatSync,
  futimesSync,
  lchownSync,
  lutimesSync,
  mkdirSync,
  openSync,
  readdirSync,
  readlinkSync,
  readSync,
  type Stats,
  statfsSync,
  symlinkSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import {
  O_CREAT,
  O_DIRECTORY,
  O_EXCL,
  O_NOFOLLOW,
  O_NONBLOCK,
  O_RDONLY,
  O_TRUNC,
  O_WRONLY,
} from '../../kernel/constants.js';
import { CopyError, explaining } from './copy-error.js';
import { look, type Place, procPathOf } from './file-tree.js';

/**
 * Copies files and directories with their modes and times. Symbolic links are copied, never followed. Everything is reached
 * from directories that are held open, one name at a time (O_NOFOLLOW), so that a container that renames meanwhile leads nowhere.
 */
export class TreeCopy {
  /** Bytes of all files so far. */
  bytes = 0;
  /** Devices, pipes and sockets; and what the kernel makes up, as in /proc. */
  readonly leftOut: string[] = [];
  #destination = '';

  /** `owners`: user and group are kept (`-a`); else everything belongs to whoever copies. */
  constructor(readonly owners: boolean) {}

  /** One entry and all below it. What is there already is replaced, but a directory only by a directory, into which the new is merged. */
  copy(from: Place, to: Place): void {
    const stats = explaining(from.shown, () => look(from));
    if (stats?.isDirectory()) this.#copyDirectory(from, to, stats);
    else if (stats?.isSymbolicLink()) explaining(to.shown, () => this.#copyLink(from, to, stats));
    else if (stats?.isFile()) explaining(to.shown, () => this.#copyFile(from, to));
    else if (stats) this.leftOut.push(from.shown);
  }

  /** All that is in a directory, into another that exists. */
  copyContents(from: OpenDirectory, to: OpenDirectory): void {
    this.#destination ||= identity(fstatSync(to.fd));
    for (const name of explaining(from.shown, () => readdirSync(`/proc/self/fd/${from.fd}`))) {
      this.copy(placeIn(from, name), placeIn(to, name));
    }
  }

  #copyDirectory(from: Place, to: Place, stats: Stats): void {
    using source = openDirectory(from);
    // A copy that contains itself would never end: the destination may be a volume of the container.
    if (identity(stats) === this.#destination || isMadeUp(source)) {
      this.leftOut.push(from.shown);
      return;
    }
    using target = makeDirectory(to);
    this.copyContents(source, target);
    explaining(to.shown, () => this.#finish(target.fd, stats));
  }

  #copyLink(from: Place, to: Place, stats: Stats): void {
    makeRoom(to);
    symlinkSync(readlinkSync(procPathOf(from)), procPathOf(to));
    if (this.owners) lchownSync(procPathOf(to), stats.uid, stats.gid);
    lutimesSync(procPathOf(to), stats.atime, stats.mtime);
  }

  #copyFile(from: Place, to: Place): void {
    // By now it may be a pipe, which would keep us waiting.
    const source = openSync(procPathOf(from), O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
    try {
      const target = openNew(to);
      try {
        this.#copyBytes(source, target);
        this.#finish(target, fstatSync(source));
      } finally {
        closeSync(target);
      }
    } finally {
      closeSync(source);
    }
  }

  #copyBytes(source: number, target: number): void {
    for (let count = readSync(source, BUFFER); count > 0; count = readSync(source, BUFFER)) {
      for (let written = 0; written < count; ) written += writeSync(target, BUFFER, written, count - written);
      this.bytes += count;
    }
  }

  /** chown(2) takes the set-user-ID bit away, so the mode comes after it. */
  #finish(fd: number, { uid, gid, mode, atime, mtime }: Stats): void {
    if (this.owners) fchownSync(fd, uid, gid);
    fchmodSync(fd, mode & 0o7777);
    futimesSync(fd, atime, mtime);
  }
}

const BUFFER = Buffer.alloc(1 << 20);

/** A directory that is held open, and its path for messages. */
export interface OpenDirectory extends Disposable {
  readonly fd: number;
  readonly shown: string;
}

/** Opens a directory for reading. */
export function openDirectory(place: Place): OpenDirectory {
  const fd = explaining(place.shown, () => openSync(procPathOf(place), O_RDONLY | O_DIRECTORY | O_NOFOLLOW));
  return { fd, shown: place.shown, [Symbol.dispose]: () => closeSync(fd) };
}

/** Makes a directory, or takes the one that is there. */
function makeDirectory(place: Place): OpenDirectory {
  const there = look(place);
  if (there && !there.isDirectory()) {
    throw new CopyError(`${place.shown} is no directory, and cannot become one`, 'ENOTDIR');
  }
  if (!there) explaining(place.shown, () => mkdirSync(procPathOf(place), 0o755));
  return openDirectory(place);
}

function placeIn({ fd, shown }: OpenDirectory, name: string): Place {
  return { directory: fd, name, shown: join(shown, name) };
}

/** A new file; where the old one cannot be removed, since it is mounted there (EBUSY), that one, emptied. */
function openNew(place: Place): number {
  try {
    makeRoom(place);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EBUSY') throw error;
    return openSync(procPathOf(place), O_WRONLY | O_TRUNC | O_NOFOLLOW | O_NONBLOCK);
  }
  return openSync(procPathOf(place), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600);
}

function makeRoom(place: Place): void {
  const there = look(place);
  if (there?.isDirectory()) {
    throw new CopyError(`${place.shown} is a directory, and is not replaced by something else`, 'EISDIR');
  }
  if (there) unlinkSync(procPathOf(place));
}

function identity({ dev, ino }: Stats): string {
  return `${dev}:${ino}`;
}

/** include/uapi/linux/magic.h: proc, sysfs, devpts, cgroup, cgroup2. */
const MADE_UP: ReadonlySet<number> = new Set([0x9fa0, 0x62656572, 0x1cd1, 0x27e0eb, 0x63677270]);

/** No file in there has bytes of its own. */
function isMadeUp({ fd }: OpenDirectory): boolean {
  return MADE_UP.has(statfsSync(`/proc/self/fd/${fd}`).type);
}
