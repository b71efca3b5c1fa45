import * as calls from '../../kernel/calls/index.js';
import { literal } from '../../kernel/render.js';
import type { Syscall } from '../../kernel/syscall.js';
import type { TarEntry } from '../../tar/entry.js';
import type { TarEvent } from '../../tar/parser.js';
import { Batch, type CallSink } from './batch.js';
import { LayerError, linkedPath, OPAQUE, targetOf } from './entry.js';
import { LeftOut } from './left-out.js';
import { Limits } from './limits.js';
import * as make from './members.js';
import type { Owners } from './owners.js';
import { Directory, deepestFirst, findPlace, join, type Leaf, type Place } from './tree.js';

/** A layer as it lies on the disk. */
export interface Unpacked {
  /** Directories that no member described, since only what is in them was there: paths, '' for the root. */
  readonly implied: readonly string[];
  /** Nothing of the layers below is to be seen: overlayfs knows no such mark for a root. */
  readonly isOpaque: boolean;
  /** Bytes of all files. */
  readonly size: number;
  /** What is not as the archive has it: a sentence for each kind. */
  readonly notes: readonly string[];
}

/** A file that is being written. */
interface OpenFile {
  readonly path: string;
  readonly entry: TarEntry;
  readonly fd: Syscall;
  readonly left: number;
}

/**
 * Unpacks a layer into an empty directory that nobody else writes to: what an archive says becomes lists of system calls (batch.ts). What the layer
 * has made is known without looking, so nothing is made through a link, and a later member replaces an earlier one.
 */
export class Unpacking {
  /** What was made. */
  readonly root = new Directory();
  readonly #batch: CallSink;
  readonly #owners: Owners;
  readonly #limits: Limits;
  readonly #leftOut: LeftOut;
  #file: OpenFile | undefined;
  #size = 0;

  /** Into a directory that is there. */
  static into(directory: string, owners: Owners): Unpacking {
    return new Unpacking(new Batch(directory, owners), owners, new Limits(directory));
  }

  constructor(batch: CallSink, owners: Owners, limits: Limits) {
    this.#batch = batch;
    this.#owners = owners;
    this.#limits = limits;
    this.#leftOut = new LeftOut(owners);
  }

  /** Takes what a parser yields. Throws UserError for what must not be unpacked, and for earlier calls that failed. */
  async take(event: TarEvent): Promise<void> {
    if (event instanceof Uint8Array) this.#write(event);
    else this.#member(event);
    if (this.#batch.isFull) await this.#flush();
  }

  /** Sets what directories have, and makes all calls that are left. */
  async finish(): Promise<Unpacked> {
    const implied: string[] = [];
    for (const [path, directory] of deepestFirst(this.root, '')) {
      if (!directory.entry) implied.push(path);
      this.#batch.add(path, make.finishDirectory(path, directory, this.#owners));
      if (this.#batch.isFull) await this.#flush();
    }
    await this.#batch.end();
    return { implied, isOpaque: this.root.isOpaque, size: this.#size, notes: this.#leftOut.notes() };
  }

  /** Resolves when nothing is made any more, after an error. */
  async abandon(): Promise<void> {
    await this.#batch.end().catch(() => {});
  }

  async #flush(): Promise<void> {
    await this.#batch.flush();
    if (!this.#file) return;
    const fd = make.openAgain(this.#file.path);
    this.#file = { ...this.#file, fd };
    this.#batch.add(this.#file.path, [fd]);
  }

  #member(entry: TarEntry): void {
    this.#limits.count(entry);
    // Content of what is left out is passed over.
    this.#file = undefined;
    const target = targetOf(entry.name);
    if (target.kind === 'whiteout') this.#whiteout(target.path, entry);
    else if (target.kind === 'opaque') this.#opaque(target.path, entry);
    else if (target.kind === 'file' && !this.#leftOut.has(entry, target.path)) this.#make(target.path, entry);
  }

  #make(path: string, entry: TarEntry): void {
    if (entry.type === 'directory') {
      this.#directoryAt(path, entry).entry = entry;
      return;
    }
    if (path === '') throw new LayerError(entry.name, `is a ${entry.type}, and would be the root`);
    const place = this.#placeOf(path, entry);
    this.#clear(place);
    place.parent.children.set(place.name, this.#makeLeaf(path, entry));
  }

  #makeLeaf(path: string, entry: TarEntry): Leaf {
    switch (entry.type) {
      case 'file':
        this.#openFile(path, entry);
        return 'file';
      case 'hard link':
        return this.#makeHardLink(path, entry);
      case 'symbolic link':
        if (entry.linkName === '') throw new LayerError(entry.name, 'is a symbolic link to nothing');
        this.#batch.add(path, make.makeSymlink(path, entry, this.#owners));
        return 'symbolic link';
      default:
        this.#batch.add(path, make.makeNode(path, entry, this.#owners));
        return 'special file';
    }
  }

  #openFile(path: string, entry: TarEntry): void {
    const fd = make.openNew(path, entry);
    this.#size += entry.size;
    this.#file = { path, entry, fd, left: entry.size };
    this.#batch.add(path, [fd]);
    this.#closeIfWhole();
  }

  #write(data: Uint8Array): void {
    if (!this.#file) return;
    this.#batch.add(this.#file.path, [make.writeAll(this.#file.fd, data)], data.length);
    this.#file = { ...this.#file, left: this.#file.left - data.length };
    this.#closeIfWhole();
  }

  #closeIfWhole(): void {
    if (!this.#file || this.#file.left > 0) return;
    const { path, fd, entry } = this.#file;
    this.#batch.add(path, make.finishFile(fd, entry, this.#owners));
    this.#file = undefined;
  }

  /** A link of the same layer: a file of another is on another disk for all that is known. */
  #makeHardLink(path: string, entry: TarEntry): Leaf {
    const linked = linkedPath(entry.name, entry.linkName);
    const place = findPlace(this.root, linked, (on) => refuseThrough(on, entry));
    const leaf = linked === path ? undefined : place?.found;
    if (leaf instanceof Directory)
      throw new LayerError(entry.name, `is a hard link to a directory, ${literal(linked)}`);
    if (leaf === undefined || leaf === 'whiteout')
      throw new LayerError(entry.name, `is a hard link to ${literal(linked)}, which is not in the layer before it`);
    this.#batch.add(path, [calls.link(linked, path)]);
    return leaf;
  }

  /** A whiteout is about layers below: what this one has at the same name stays, in whatever order they come. */
  #whiteout(path: string, entry: TarEntry): void {
    const { found, parent, name } = this.#placeOf(path, entry);
    parent.deleted.add(name);
    if (found instanceof Directory) found.isOpaque = true;
    if (found !== undefined) return;
    parent.children.set(name, 'whiteout');
    this.#batch.add(path, make.makeWhiteout(path));
  }

  /** The mark lies in the directory: like all that does, it makes one, but not of something else. */
  #opaque(path: string, entry: TarEntry): void {
    const directory = path === '' ? this.root : this.#placeOf(`${path}/${OPAQUE}`, entry).parent;
    directory.isOpaque = true;
  }

  #placeOf(path: string, entry: TarEntry): Place {
    return findPlace(this.root, path, (place) => this.#makeDirectory(place, entry)) as Place;
  }

  #directoryAt(path: string, entry: TarEntry): Directory {
    if (path === '') return this.root;
    const place = this.#placeOf(path, entry);
    if (place.found instanceof Directory) return place.found;
    this.#clear(place);
    return this.#newDirectory(place);
  }

  /** On the way to a member. */
  #makeDirectory(place: Place, entry: TarEntry): Directory {
    if (place.found !== undefined && place.found !== 'whiteout') refuseThrough(place, entry);
    this.#clear(place);
    return this.#newDirectory(place);
  }

  #newDirectory({ path, name, parent }: Place): Directory {
    const directory = new Directory();
    directory.isOpaque = parent.deleted.has(name);
    parent.children.set(name, directory);
    this.#batch.add(path, [calls.mkdir(path, make.IMPLIED_MODE)]);
    return directory;
  }

  /** Removes what an earlier member has made at a place. */
  #clear({ path, name, parent, found }: Place): void {
    if (found === undefined) return;
    parent.children.delete(name);
    if (!(found instanceof Directory)) this.#batch.add(path, [calls.unlink(path)]);
    else this.#removeTree(found, path);
  }

  #removeTree(directory: Directory, path: string): void {
    for (const [at, { children }] of deepestFirst(directory, path)) {
      const leaves = [...children].filter(([, child]) => !(child instanceof Directory));
      this.#batch.add(at, [...leaves.map(([name]) => calls.unlink(join(at, name))), calls.rmdir(at)]);
    }
  }
}

/** What a link of the layer leads to is not known: it may lead out of a program's root that follows it. */
function refuseThrough({ path, found }: Place, { name }: TarEntry): undefined {
  if (found === undefined) return undefined;
  throw new LayerError(name, `goes through ${literal(path)}, which is a ${found} of the same layer`);
}
