import { closeSync, fchmodSync, lchownSync, linkSync, mkdirSync, openSync, symlinkSync } from 'node:fs';
import { constants } from 'node:os';
import { dirname } from 'node:path';
import { callUntraced } from '../kernel/call.js';
import { lsetxattr, utimensat } from '../kernel/calls/index.js';
import { O_DIRECTORY, O_NOFOLLOW, O_PATH, O_RDONLY } from '../kernel/constants.js';
import { errnoError, explaining } from '../kernel/files/copy-error.js';
import { makeRoom, type OwnerOf, openNew } from '../kernel/files/copy-file.js';
import { bytesOf } from '../kernel/files/file-names.js';
import { look, type Place, procPathOf } from '../kernel/files/file-tree.js';
import { openInside } from '../kernel/files/inside.js';
import { writeAll } from '../kernel/files/write-all.js';
import { type TarEntry, TarError } from './entry.js';
import { KEPT_ATTRIBUTE } from './pack.js';

/** Where an archive is extracted to. */
export interface Destination {
  /** A descriptor of the root: nothing outside is reached. */
  readonly root: number;
  /** A directory in it, absolute. */
  readonly top: string;
  /** Whose a member is that the archive gives to somebody. Undefined: all belongs to whoever runs this. */
  readonly owners: OwnerOf | undefined;
}

/**
 * Extracts members of an archive. Each directory is opened by the kernel as a process would whose root this is (openat2(2),
 * RESOLVE_IN_ROOT), and the last name is made in it, never followed: no name and no link of an archive, and none that a container
 * changes meanwhile, leads out (CVE-2018-15664, CVE-2019-14271 in docker cp). No device is made.
 */
export class Extraction implements Disposable {
  /** Devices and pipes. */
  readonly leftOut: string[] = [];
  readonly #to: Destination;
  /** The directory of the last member: the next is most likely in the same. */
  #last = { path: '', fd: -1 };
  /** Directories get mode and time when nothing more is written into them. */
  readonly #directories = new Map<string, TarEntry>();

  constructor(to: Destination) {
    this.#to = to;
  }

  /** Makes one member. An existing file is replaced, a directory only by a directory. Throws UserError. */
  add(entry: TarEntry, content: Iterable<Uint8Array>): void {
    const path = this.#pathOf(entry.name);
    // The top is there, and stays as it is: `./` is the first member of many archives.
    if (path === this.#to.top) return;
    const place = this.#placeOf(path);
    explaining(place, () => this.#make(entry, { path, place }, content));
  }

  /** Sets modes and times of directories, the inner ones first. */
  finish(): void {
    for (const [path, entry] of [...this.#directories].reverse()) {
      const place = this.#placeOf(path);
      explaining(place, () => this.#finishDirectory(place, entry));
    }
  }

  [Symbol.dispose](): void {
    if (this.#last.fd >= 0) closeSync(this.#last.fd);
  }

  #make(entry: TarEntry, at: { path: string; place: Place }, content: Iterable<Uint8Array>): void {
    const { place, path } = at;
    if (entry.type === 'directory') {
      this.#makeDirectory(place, entry.name);
      this.#directories.delete(path);
      this.#directories.set(path, entry);
      return;
    }
    if (look(place)?.isDirectory()) throw overwrites(entry.name, 'directory', 'non-directory');
    if (entry.type === 'file') this.#makeFile(place, entry, content);
    else if (entry.type === 'symbolic link') this.#makeLink(place, entry);
    else if (entry.type === 'hard link') this.#makeHardLink(place, entry);
    else this.leftOut.push(entry.name);
  }

  #makeDirectory(place: Place, name: string): void {
    const there = look(place);
    if (there && !there.isDirectory()) throw overwrites(name, 'non-directory', 'directory');
    if (!there) mkdirSync(procPathOf(place), 0o700);
  }

  #finishDirectory(place: Place, entry: TarEntry): void {
    this.#chown(place, entry);
    const fd = openSync(procPathOf(place), O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
    try {
      fchmodSync(fd, entry.mode);
    } finally {
      closeSync(fd);
    }
    setTime(place, entry);
  }

  #makeFile(place: Place, entry: TarEntry, content: Iterable<Uint8Array>): void {
    const fd = openNew(place);
    try {
      for (const part of content) writeAll(fd, part);
      this.#chown(place, entry);
      // chown(2) clears the set-user-ID bit and capabilities.
      fchmodSync(fd, entry.mode);
      if (this.#to.owners) setAttribute(place, entry);
      setTime(place, entry);
    } finally {
      closeSync(fd);
    }
  }

  #makeLink(place: Place, entry: TarEntry): void {
    makeRoom(place);
    symlinkSync(bytesOf(entry.linkName), procPathOf(place));
    this.#chown(place, entry);
    setTime(place, entry);
  }

  /** linkat(2) follows no link, and refuses directories. */
  #makeHardLink(place: Place, { linkName }: TarEntry): void {
    const path = this.#pathOf(linkName);
    using directory = new Opened(this.#open(dirname(path)));
    const target = { directory: directory.fd, name: baseOf(path), shown: linkName };
    const [here, there] = [look(place), explaining(target, () => look(target))];
    if (!there) throw errnoError('ENOENT', linkName);
    if (here?.ino === there.ino && here.dev === there.dev) return;
    makeRoom(place);
    linkSync(procPathOf(target), procPathOf(place));
  }

  #chown(place: Place, entry: TarEntry): void {
    const owner = this.#to.owners?.(entry);
    if (owner) lchownSync(procPathOf(place), owner.uid, owner.gid);
  }

  /** The path in the root. A leading slash means the top; what goes up is refused. */
  #pathOf(name: string): string {
    const { top } = this.#to;
    const names = name.split('/').filter((part) => part !== '' && part !== '.');
    if (names.includes('..')) throw new TarError(`${JSON.stringify(name)} is outside of ${JSON.stringify(top)}`);
    return [top === '/' ? '' : top, ...names].join('/') || '/';
  }

  #placeOf(path: string): Place {
    const directory = dirname(path);
    if (this.#last.path !== directory) {
      const fd = this.#open(directory);
      this[Symbol.dispose]();
      this.#last = { path: directory, fd };
    }
    return { directory: this.#last.fd, name: baseOf(path), shown: path };
  }

  /** Opens a directory, and makes those that are missing on the way. */
  #open(path: string): number {
    const fd = this.#tryOpen(path);
    if (fd === -constants.errno.ENOENT && path !== this.#to.top) {
      using above = new Opened(this.#open(dirname(path)));
      const place = { directory: above.fd, name: baseOf(path), shown: path };
      explaining(place, () => mkdirSync(procPathOf(place), 0o755));
      return this.#tryOpen(path);
    }
    if (fd < 0) throw errnoError(-fd, path);
    return fd;
  }

  #tryOpen(path: string): number {
    return openInside(this.#to.root, path, O_PATH | O_DIRECTORY);
  }
}

/** A descriptor that is closed with its block. */
class Opened implements Disposable {
  constructor(readonly fd: number) {}

  [Symbol.dispose](): void {
    closeSync(this.fd);
  }
}

function baseOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** In Docker's words (moby/go-archive, Unpack()). */
function overwrites(name: string, old: string, next: string): TarError {
  return new TarError(`cannot overwrite ${old} ${JSON.stringify(name)} with ${next}`);
}

/** As the kernel checks it: no other attribute is taken from an archive, which could tell overlayfs something. */
function setAttribute(place: Place, { attributes }: TarEntry): void {
  const value = attributes.get(KEPT_ATTRIBUTE);
  const result = value ? callUntraced(lsetxattr(pathOf(place), KEPT_ATTRIBUTE, value)) : 0;
  if (result < 0) throw errnoError(-result, `${place.shown} (${KEPT_ATTRIBUTE})`);
}

function setTime(place: Place, { mtime }: TarEntry): void {
  const result = callUntraced(utimensat(pathOf(place), mtime));
  if (result < 0) throw errnoError(-result, place.shown);
}

/** For calls of ours, which take names as they are. */
function pathOf({ directory, name }: Place): string {
  return `/proc/self/fd/${directory}/${name}`;
}
