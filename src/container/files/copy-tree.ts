import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { CopyError, explaining } from '../../kernel/files/copy-error.js';
import { copyFile, copyLink, keep, type Owners } from '../../kernel/files/copy-file.js';
import { type DirectoryCursor, isSame, openCursorAt } from '../../kernel/files/directory-cursor.js';
import type { Entry } from '../../kernel/files/file-names.js';
import { look, type Place, procPathOf } from '../../kernel/files/file-tree.js';
import { isMadeUp } from '../../kernel/files/made-up.js';
import { type Walkable, walk } from '../../kernel/files/walk.js';
import { HardLinks } from './hard-links.js';

/**
 * Copies files and directories with their modes and times, and the hard links among them. Symbolic links are copied, never
 * followed. Everything is reached from directories that are held open, one name at a time (O_NOFOLLOW), so that a rename in the
 * container meanwhile leads nowhere else.
 */
export class TreeCopy {
  /** Bytes of all files so far. */
  bytes = 0;
  /** Devices, pipes and sockets; and files that the kernel generates, as in /proc. */
  readonly leftOut: string[] = [];

  /** `owners`: user and group are kept (`-a`), or become others; otherwise all files belong to the user of this process. */
  constructor(readonly owners: Owners) {}

  /** Copies one entry and all below it. An existing entry is replaced, but a directory only by a directory, into which the new one is merged. */
  copy(from: Place, to: Place): void {
    const stats = explaining(from, () => look(from));
    if (stats?.isDirectory()) this.#copyDirectory(from, to);
    else this.#copyOther(from, to);
  }

  /** Copies all entries of a directory into another that exists. */
  copyContents(from: Place, to: Place): void {
    using trees = new Both(this, { from, to });
    this.#copyBelow(trees);
  }

  #copyDirectory(from: Place, to: Place): void {
    makeDirectory(to);
    using trees = new Both(this, { from, to });
    if (isMadeUp(trees.source.fd)) {
      this.leftOut.push(from.shown);
      return;
    }
    this.#copyBelow(trees);
    trees.finish();
  }

  #copyBelow(trees: Both): void {
    for (const { name, isDirectory } of walk(trees)) {
      if (isDirectory) continue;
      const [from, to] = trees.places(name);
      if (!this.#copyLinked(trees, { name, from, to })) this.#copyOther(from, to);
    }
  }

  /** A file with several names is copied under the first, and gets the others as links. */
  #copyLinked({ source, links }: Both, { name, from, to }: { name: string; from: Place; to: Place }): boolean {
    const stats = explaining(from, () => look(from));
    if (!stats?.isFile() || stats.nlink < 2) return false;
    if (explaining(to, () => links.link(from, to))) return true;
    this.#copyOther(from, to);
    links.note(from, to, source.pathTo(name));
    return true;
  }

  #copyOther(from: Place, to: Place): void {
    const stats = explaining(from, () => look(from));
    if (stats?.isSymbolicLink()) explaining(to, () => copyLink(from, to, this.owners));
    else if (stats?.isFile()) this.bytes += explaining(to, () => copyFile(from, to, this.owners));
    else if (stats) this.leftOut.push(from.shown);
  }
}

/** The directory that is copied and its copy, side by side. */
class Both implements Walkable, Disposable {
  readonly source: DirectoryCursor;
  readonly links: HardLinks;
  readonly #target: DirectoryCursor;
  readonly #copy: TreeCopy;
  readonly #shown: { readonly from: Place; readonly to: Place };
  readonly #destination;

  constructor(copy: TreeCopy, { from, to }: { from: Place; to: Place }) {
    this.#copy = copy;
    this.#shown = { from, to };
    this.source = explaining(from, () => openCursorAt(from.directory, from.name));
    this.#target = explaining(to, () => openCursorAt(to.directory, to.name));
    this.#destination = this.#target.stats;
    this.links = explaining(to, () => new HardLinks(this.#target.fd));
  }

  /** Where an entry is, and where its copy will be. */
  places(name: string): [from: Place, to: Place] {
    return [placeIn(this.source, name, this.#shown.from), placeIn(this.#target, name, this.#shown.to)];
  }

  get #here() {
    const [from, to] = this.places('.');
    return { from, to };
  }

  entries(): Entry[] {
    return explaining(this.#here.from, () => this.source.entries());
  }

  enter({ name }: Entry): boolean {
    const [from, to] = this.places(name);
    if (!look(from)?.isDirectory()) return false;
    explaining(from, () => this.source.enter(name));
    // A copy that contains itself would never end: the destination may be a volume of the container.
    if (isSame(this.source.stats, this.#destination) || isMadeUp(this.source.fd)) {
      this.source.leave();
      this.#copy.leftOut.push(from.shown);
      return false;
    }
    makeDirectory(to);
    explaining(to, () => this.#target.enter(name));
    return true;
  }

  leave(): void {
    this.finish();
    const { from, to } = this.#here;
    explaining(from, () => this.source.leave());
    explaining(to, () => this.#target.leave());
  }

  /** Modes and times are set when nothing more is written into the directory. */
  finish(): void {
    explaining(this.#here.to, () => keep(this.#target.fd, this.source.stats, this.#copy.owners));
  }

  [Symbol.dispose](): void {
    this.source[Symbol.dispose]();
    this.#target[Symbol.dispose]();
    this.links[Symbol.dispose]();
  }
}

/** An entry of a cursor's directory. Its whole path is made only where it is shown: it may be long. */
function placeIn(cursor: DirectoryCursor, name: string, top: Place): Place {
  return {
    directory: cursor.fd,
    name,
    get shown() {
      return join(top.shown, cursor.pathTo(name));
    },
  };
}

/** Makes a directory, unless one is there. */
function makeDirectory(place: Place): void {
  const there = look(place);
  if (there && !there.isDirectory()) {
    throw new CopyError(`${place.shown} is no directory, and cannot become one`, 'ENOTDIR');
  }
  if (!there) explaining(place, () => mkdirSync(procPathOf(place), 0o755));
}
