import { createHash, type Hash } from 'node:crypto';
import { closeSync, lstatSync, openSync, type Stats } from 'node:fs';
import { O_NOFOLLOW, O_NONBLOCK, O_RDONLY } from '../../kernel/constants.js';
import { errorCode } from '../../kernel/errors/errno.js';
import { entriesOf, linkTarget, nodePath } from '../../kernel/files/file-names.js';
import { literal } from '../../kernel/render.js';
import { isWhiteout } from '../../rootfs/overlay-marks.js';
import type { TarEntry } from '../../tar/entry.js';
import { type TarEvent, TarParser } from '../../tar/parser.js';
import { type Digest, digestOfFile } from '../digest.js';
import { linkedPath, targetOf } from './entry.js';
import { Limits } from './limits.js';
import { type Owners, ownerOfMember } from './owners.js';
import { Directory, join, type Leaf } from './tree.js';
import { Unpacking } from './unpack.js';

/** A member of the archive, and the digest of its content. */
interface Member {
  readonly entry: TarEntry;
  readonly content: Digest;
}

/**
 * What of an unpacked layer is not as its archive has it, a sentence each: names, types, modes, owners, contents, and where links lead. Times are
 * not compared: filesystems differ in what they keep of them. Throws UserError where it is no archive of a layer.
 */
export async function compareLayer(
  archive: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  directory: string,
  owners: Owners,
): Promise<string[]> {
  const made = new Made(owners);
  const parser = new TarParser();
  for await (const piece of archive) for (const event of parser.push(piece)) await made.take(event);
  parser.end();
  return [...new Comparison(directory, owners, made.end()).differences(made.root, '')];
}

/** What becomes of an archive: unpacking, but no call is made. */
class Made {
  readonly #unpacking: Unpacking;
  readonly #members = new Map<string, Member>();
  #file: { readonly path: string; readonly entry: TarEntry; readonly hash: Hash } | undefined;

  constructor(owners: Owners) {
    const batch = { isFull: false, add() {}, async flush() {}, async end() {} };
    this.#unpacking = new Unpacking(batch, owners, new Limits());
  }

  get root(): Directory {
    return this.#unpacking.root;
  }

  async take(event: TarEvent): Promise<void> {
    await this.#unpacking.take(event);
    if (event instanceof Uint8Array) this.#file?.hash.update(event);
    else this.#begin(event);
  }

  end(): ReadonlyMap<string, Member> {
    this.#endFile();
    return this.#members;
  }

  /** A hard link is the file that it leads to, whatever its own header says. */
  #begin(entry: TarEntry): void {
    this.#endFile();
    const target = targetOf(entry.name);
    if (target.kind !== 'file') return;
    const { path } = target;
    const linked = entry.type === 'hard link' && this.#members.get(linkedPath(entry.name, entry.linkName));
    if (linked) this.#members.set(path, linked);
    else this.#file = { path, entry, hash: createHash('sha256') };
  }

  #endFile(): void {
    if (!this.#file) return;
    const { path, entry, hash } = this.#file;
    this.#members.set(path, { entry, content: `sha256:${hash.digest('hex')}` });
    this.#file = undefined;
  }
}

class Comparison {
  readonly #layer: string;
  readonly #owners: Owners;
  readonly #members: ReadonlyMap<string, Member>;

  constructor(layer: string, owners: Owners, members: ReadonlyMap<string, Member>) {
    this.#layer = layer;
    this.#owners = owners;
    this.#members = members;
  }

  *differences(wanted: Directory | Leaf, path: string): Generator<string> {
    const stats = lstatSync(this.#at(path), { throwIfNoEntry: false });
    const type = wanted instanceof Directory ? 'directory' : wanted;
    if (!stats) yield `${literal(`/${path}`)} is missing`;
    else if (typeOf(stats) !== type) yield `${literal(`/${path}`)} is no ${type}`;
    else yield* this.#allBelow(stats, wanted, path);
  }

  /** Rootless, a file that was given to somebody else may be closed. */
  *#allBelow(stats: Stats, wanted: Directory | Leaf, path: string): Generator<string> {
    try {
      for (const what of this.#changes(stats, wanted, path)) yield `${literal(`/${path}`)} ${what}`;
      if (wanted instanceof Directory) yield* this.#below(wanted, path);
    } catch (error) {
      if (errorCode(error) !== 'EACCES') throw error;
      yield `${literal(`/${path}`)} cannot be read`;
    }
  }

  *#below({ children }: Directory, path: string): Generator<string> {
    for (const { name } of entriesOf(`${this.#layer}/${path}`))
      if (!children.has(name)) yield `${literal(`/${join(path, name)}`)} is not in the archive`;
    for (const [name, child] of children) yield* this.differences(child, join(path, name));
  }

  /** A directory that no member describes has what the layers below say. */
  *#changes(stats: Stats, wanted: Directory | Leaf, path: string): Generator<string> {
    const member = this.#members.get(path);
    const entry = wanted instanceof Directory ? wanted.entry : member?.entry;
    if (!entry || wanted === 'whiteout') return;
    const { uid, gid } = ownerOfMember(entry, this.#owners) ?? { uid: 0, gid: 0 };
    if (this.#owners !== 'ours' && (stats.uid !== uid || stats.gid !== gid))
      yield `belongs to ${stats.uid}:${stats.gid}, and not to ${uid}:${gid}`;
    if (wanted === 'symbolic link') yield* this.#changedLink(entry, path);
    else if (modeOf(stats) !== modeOf(entry)) yield `has the mode ${modeOf(stats)}, and not ${modeOf(entry)}`;
    if (wanted !== 'file') return;
    if (stats.size !== entry.size) yield `has ${stats.size} bytes, and not ${entry.size}`;
    else if (contentOf(this.#at(path)) !== member?.content) yield 'has another content';
  }

  *#changedLink({ linkName }: TarEntry, path: string): Generator<string> {
    const target = linkTarget(`${this.#layer}/${path}`);
    if (target !== linkName) yield `leads to ${literal(target)}, and not to ${literal(linkName)}`;
  }

  #at(path: string): string | Buffer {
    return nodePath(`${this.#layer}/${path}`);
  }
}

function typeOf(stats: Stats): Leaf | 'directory' {
  if (stats.isDirectory()) return 'directory';
  if (stats.isFile()) return 'file';
  if (stats.isSymbolicLink()) return 'symbolic link';
  return isWhiteout(stats) ? 'whiteout' : 'special file';
}

function modeOf({ mode }: { mode: number }): string {
  return (mode & 0o7777).toString(8);
}

function contentOf(path: string | Buffer): Digest {
  const fd = openSync(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  try {
    return digestOfFile(fd);
  } finally {
    closeSync(fd);
  }
}
