import { closeSync } from 'node:fs';
import { posix } from 'node:path';
import { UserError } from '../../../kernel/errors/user-error.js';
import { byBytes } from '../../../kernel/files/file-names.js';
import type { TarEntry } from '../../../tar/entry.js';
import { digestOf, digestOfFile, hexOf } from '../../digest.js';
import { type FoundSource, findSources } from '../context/find.js';
import type { Ignore } from '../context/ignore.js';
import type { Found, Source } from '../context/source.js';
import { isArchive } from './archive.js';
import type { Destination, Manner } from './destination.js';
import type { CopyPlan, Origin, Planned, PlannedArchive } from './planned.js';

/** What COPY or ADD is to do, with its words put in. */
export interface CopyRequest extends Manner {
  /** `--parents` */
  readonly parents: boolean;
  /** Archives are unpacked; undefined: those of the context, and none from a URL. */
  readonly unpack: boolean | undefined;
  /** `--exclude`: by paths in a source that is a directory, or by the name of one that is a file. */
  readonly exclude: Ignore;
  /** Of the source: paths and patterns. */
  readonly sources: readonly string[];
  readonly fetched: readonly FoundSource[];
  /** Files of here-documents. */
  readonly contents: readonly { readonly name: string; readonly text: string }[];
  /** Absolute, and a slash at its end means something. */
  readonly destination: string;
}

/** Decides what becomes of each file, and reads them all once for their digests. Throws UserError (1). */
export async function planCopy(request: CopyRequest, source: Source, destination: Destination): Promise<CopyPlan> {
  const planning = new Planning(request, destination);
  const { destination: to, contents, parents, sources, fetched } = request;
  const found = [...(sources.length > 0 ? findSources(source, sources) : []), ...fetched];
  const isDirectory = parents || /(^|\/)\.?$/.test(to) || destination.isDirectory(to);
  if (found.length + contents.length > 1 && !isDirectory)
    throw new UserError(
      'When using COPY with more than one source file, the destination must be a directory and end with a /',
      1,
      `Such as: ${to}/`,
    );
  for (const one of found) await planning.add(one, isDirectory);
  for (const one of contents) planning.addContent(one, isDirectory);
  return planning.end();
}

class Planning {
  readonly #request: CopyRequest;
  readonly #destination: Destination;
  readonly #members = new Map<string, Planned>();
  readonly #archives: PlannedArchive[] = [];
  readonly #leftOut: string[] = [];

  constructor(request: CopyRequest, destination: Destination) {
    this.#request = request;
    this.#destination = destination;
  }

  async add(found: FoundSource, isDirectory: boolean): Promise<void> {
    const { parents, unpack = found.url === undefined, exclude, destination: to } = this.#request;
    const name = parents ? withParents(found) : posix.basename(found.path);
    if (found.stats.isDirectory()) this.#addTree(found, this.#directory(parents ? posix.join(to, name) : to));
    else if (exclude.ignores(posix.basename(found.path))) return;
    else if (unpack && found.stats.isFile() && (await isArchive(found))) {
      this.#archives.push({ from: originOf(found), to: this.#directory(to), sha256: sha256Of(found) });
    } else {
      this.#addOne(found, this.#pathOf(name, isDirectory));
    }
  }

  addContent({ name, text }: CopyRequest['contents'][number], isDirectory: boolean): void {
    const { mode: change, owner = ROOT, now: mtime } = this.#request;
    const mode = change?.(0o644, false) ?? 0o644;
    const content = Buffer.from(text);
    const path = this.#pathOf(name, isDirectory);
    const about = { mode, ...owner, mtime, size: content.length, linkName: '', attributes: NONE };
    const sha256 = hexOf(digestOf(content));
    this.#destination.add(path, { ...about, type: 'file' }, (entry) =>
      this.#members.set(path, { entry, from: undefined, content, sha256 }),
    );
  }

  /** Where a single file goes. */
  #pathOf(name: string, isDirectory: boolean): string {
    const { destination: to } = this.#request;
    const path = isDirectory ? posix.join(this.#directory(to), name) : this.#destination.resolve(to);
    return posix.join(this.#directory(posix.dirname(path)), posix.basename(path));
  }

  end(): CopyPlan {
    const members = [...this.#members.values()].sort((a, b) => byBytes(a.entry.name, b.entry.name));
    return { members: linked(members), archives: this.#archives, leftOut: this.#leftOut };
  }

  /** What is in a directory, not the directory itself. */
  #addTree({ source, path: from }: Found, to: string): void {
    for (const found of source.below(from)) {
      const name = posix.relative(`/${from}`, `/${found.path}`);
      if (this.#request.exclude.ignores(name)) continue;
      const path = posix.join(to, name);
      const parent = this.#directory(posix.dirname(path));
      this.#addOne(found, posix.join(parent, posix.basename(path)));
    }
  }

  #addOne(found: Found, path: string): void {
    const { stats } = found;
    if (stats.isDirectory()) {
      // A link of the image to a directory stays one.
      const real = this.#directory(path);
      this.#add({ ...this.#about(found), type: 'directory', size: 0, linkName: '' }, real, undefined);
    } else if (stats.isSymbolicLink()) {
      const linkName = found.source.linkTarget(found.path);
      this.#add({ ...this.#about(found), mode: 0o777, type: 'symbolic link', size: 0, linkName }, path, undefined);
    } else if (stats.isFile()) {
      const about = { ...this.#about(found), type: 'file', size: Number(stats.size), linkName: '' } as const;
      this.#add(about, path, found);
    } else this.#leftOut.push(found.path);
  }

  #add(entry: Omit<TarEntry, 'name'>, path: string, file: Found | undefined): void {
    const content = file && { sha256: sha256Of(file), inode: `${file.stats.dev}:${file.stats.ino}` };
    this.#destination.add(path, entry, (member) =>
      this.#members.set(path, { entry: member, from: file && originOf(file), ...content }),
    );
  }

  #directory(path: string): string {
    return this.#destination.directory(path, (entry) =>
      this.#members.set(posix.join('/', entry.name.replace(/\/$/, '')), { entry, from: undefined }),
    );
  }

  #about({ source, path, stats }: Found): Pick<TarEntry, 'mode' | 'uid' | 'gid' | 'mtime' | 'attributes'> {
    const { mode: change, owner } = this.#request;
    const own = Number(stats.mode) & 0o7777;
    const mode = change?.(own, stats.isDirectory()) ?? own;
    const attributes = stats.isSymbolicLink() || path === '' ? NONE : source.attributes(path);
    return { mode, ...(owner ?? ROOT), mtime: stats.mtimeNs, attributes };
  }
}

/** Its path in the source, from the `/./` on that may stand in it. */
function withParents({ given, path }: FoundSource): string {
  const [, above = ''] = /^(.*?\/)\.\//.exec(given.replace(/^\/*(\.\/+)*/, '')) ?? [];
  return posix.relative(`/${posix.normalize(above)}`, `/${path}`);
}

/** Files that are one in the source are one in the image. */
function linked(members: readonly Planned[]): Planned[] {
  const first = new Map<string, string>();
  return members.map((one) => {
    if (one.inode === undefined) return one;
    const linkName = first.get(one.inode);
    first.set(one.inode, linkName ?? one.entry.name);
    return linkName === undefined
      ? one
      : { entry: { ...one.entry, type: 'hard link', size: 0, linkName }, from: one.from };
  });
}

function originOf({ source, path, url }: Found): Origin {
  return { source, path, ...(url !== undefined && { url }) };
}

const ROOT = { uid: 0, gid: 0 };
const NONE: ReadonlyMap<string, Uint8Array> = new Map();

function sha256Of({ source, path, sha256 }: Found): string {
  if (sha256 !== undefined) return sha256;
  const fd = source.openFile(path);
  try {
    return hexOf(digestOfFile(fd));
  } finally {
    closeSync(fd);
  }
}
