import { type BigIntStats, closeSync, fstatSync, lstatSync, openSync, readlinkSync, readSync } from 'node:fs';
import { callUntraced } from '../kernel/call.js';
import { lgetxattr } from '../kernel/calls/index.js';
import { O_NOFOLLOW, O_NONBLOCK, O_RDONLY } from '../kernel/constants.js';
import { explaining } from '../kernel/files/copy-error.js';
import type { OwnerOf } from '../kernel/files/copy-file.js';
import { type DirectoryCursor, openCursorAt } from '../kernel/files/directory-cursor.js';
import { type Entry, textOf } from '../kernel/files/file-names.js';
import { look, type Place, procPathOf } from '../kernel/files/file-tree.js';
import { isMadeUp } from '../kernel/files/made-up.js';
import { type Walkable, walk } from '../kernel/files/walk.js';
import type { TarEntry, TarType } from './entry.js';
import { type Write, writeEnd, writeHeader, writePadding, writeZeros } from './writer.js';

/**
 * Writes files into an archive, reached as TreeCopy reaches them: from directories that are held open, no link followed. A file
 * with several names is there once, and as a hard link under the others.
 */
export class Packing {
  /** Devices, pipes and sockets; and directories of files that the kernel makes up, as /proc: they are empty in the archive. */
  readonly leftOut: string[] = [];
  readonly #write: Write;
  readonly #owner: OwnerOf;
  /** The first name of each file that has several, by device and inode. */
  readonly #names = new Map<string, string>();

  /** `owner`: who an owner on this host is within the archive. */
  constructor(write: Write, owner: OwnerOf = (ids) => ids) {
    this.#write = write;
    this.#owner = owner;
  }

  /** Adds what is at a place, and all below it, under a name. */
  add(place: Place, name: string): void {
    const stats = explaining(place, () => lstatSync(procPathOf(place), { bigint: true }));
    if (stats.isDirectory()) this.#addDirectory(place, name);
    else this.#addOther(place, name, stats);
  }

  end(): void {
    writeEnd(this.#write);
  }

  #addDirectory(place: Place, name: string): void {
    using tree = new Tree(place, (directory) => this.#begin(directory, { name, shown: place.shown }));
    if (!this.#begin(tree.cursor, { name, shown: place.shown })) return;
    for (const { name: last, isDirectory } of walk(tree)) {
      if (isDirectory) continue;
      const below = tree.cursor.pathTo(last);
      const one = { directory: tree.cursor.fd, name: last, shown: join(place.shown, below) };
      const stats = lstatSync(procPathOf(one), { bigint: true, throwIfNoEntry: false });
      if (stats) this.#addOther(one, join(name, below), stats);
    }
  }

  /** Adds a directory itself. False: what is in it is left out. */
  #begin(directory: DirectoryCursor, { name, shown }: { name: string; shown: string }): boolean {
    const below = directory.pathTo();
    this.#header(entryOf(directory.stats, 'directory', `${join(name, below)}/`.replace(/\/+$/, '/')));
    if (!isMadeUp(directory.fd)) return true;
    this.leftOut.push(join(shown, below));
    return false;
  }

  #addOther(place: Place, name: string, stats: BigIntStats): void {
    const known = this.#nameOf(stats, name);
    if (known !== undefined) this.#header({ ...entryOf(stats, 'hard link', name), linkName: known });
    else if (stats.isSymbolicLink()) this.#addLink(place, name, stats);
    else if (stats.isFile()) explaining(place, () => this.#addFile(place, name));
    else this.leftOut.push(place.shown);
  }

  #nameOf(stats: BigIntStats, name: string): string | undefined {
    if (stats.nlink < 2n || !(stats.isFile() || stats.isSymbolicLink())) return undefined;
    const key = `${stats.dev}:${stats.ino}`;
    const known = this.#names.get(key);
    if (known === undefined) this.#names.set(key, name);
    return known;
  }

  #addLink(place: Place, name: string, stats: BigIntStats): void {
    const linkName = textOf(explaining(place, () => readlinkSync(procPathOf(place), 'buffer')));
    this.#header({ ...entryOf(stats, 'symbolic link', name), linkName });
  }

  #addFile(place: Place, name: string): void {
    // It may have been replaced by a pipe, for which open(2) would wait.
    const fd = openSync(procPathOf(place), O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
    try {
      const stats = fstatSync(fd, { bigint: true });
      const size = stats.isFile() ? Number(stats.size) : 0;
      this.#header({ ...entryOf(stats, 'file', name), size, attributes: attributesOf(place) });
      this.#copy(fd, size);
      writePadding(this.#write, size);
    } finally {
      closeSync(fd);
    }
  }

  /** As many bytes as the header promises: the file may have become longer, or shorter. */
  #copy(fd: number, size: number): void {
    let left = size;
    while (left > 0) {
      const count = readSync(fd, BUFFER, 0, Math.min(BUFFER.length, left), null);
      if (count === 0) break;
      this.#write(BUFFER.subarray(0, count));
      left -= count;
    }
    writeZeros(this.#write, left);
  }

  #header(entry: TarEntry): void {
    writeHeader(this.#write, { ...entry, ...this.#owner(entry) });
  }
}

const BUFFER = Buffer.alloc(1 << 18);

/** The directory that is packed. `begin` is told of each one below before its entries. */
class Tree implements Walkable, Disposable {
  readonly cursor: DirectoryCursor;
  readonly #begin: (directory: DirectoryCursor) => boolean;

  constructor(place: Place, begin: (directory: DirectoryCursor) => boolean) {
    this.cursor = explaining(place, () => openCursorAt(place.directory, place.name));
    this.#begin = begin;
  }

  entries(): Entry[] {
    return this.cursor.entries();
  }

  enter({ name }: Entry): boolean {
    const place = { directory: this.cursor.fd, name, shown: this.cursor.pathTo(name) };
    if (!look(place)?.isDirectory()) return false;
    explaining(place, () => this.cursor.enter(name));
    if (this.#begin(this.cursor)) return true;
    this.cursor.leave();
    return false;
  }

  leave(): void {
    this.cursor.leave();
  }

  [Symbol.dispose](): void {
    this.cursor[Symbol.dispose]();
  }
}

/** Not path.join(), which would take the dot away that a name begins with. */
function join(above: string, below: string): string {
  return `${above.replace(/\/$/, '')}/${below}`;
}

function entryOf({ mode, uid, gid, mtimeNs }: BigIntStats, type: TarType, name: string): TarEntry {
  const owner = { uid: Number(uid), gid: Number(gid) };
  return { type, name, linkName: '', mode: Number(mode) & 0o7777, ...owner, size: 0, mtime: mtimeNs, attributes: NONE };
}

const NONE: ReadonlyMap<string, Uint8Array> = new Map();

/** The one that Docker keeps (moby/go-archive, ReadSecurityXattrToTarHeader): what a program may do, capabilities(7). */
export const KEPT_ATTRIBUTE = 'security.capability';

function attributesOf({ directory, name }: Place): ReadonlyMap<string, Uint8Array> {
  // struct vfs_ns_cap_data has 24 bytes.
  const value = new Uint8Array(64);
  const length = callUntraced(lgetxattr(`/proc/self/fd/${directory}/${name}`, KEPT_ATTRIBUTE, value));
  return length > 0 ? new Map([[KEPT_ATTRIBUTE, value.subarray(0, length)]]) : NONE;
}
