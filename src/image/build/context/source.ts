import { type BigIntStats, closeSync, fstatSync, openSync } from 'node:fs';
import { posix } from 'node:path';
import { O_CLOEXEC, O_DIRECTORY, O_NOFOLLOW, O_NONBLOCK, O_PATH, O_RDONLY } from '../../../kernel/constants.js';
import { errnoError } from '../../../kernel/files/copy-error.js';
import { entriesOf, linkTarget, nodePath } from '../../../kernel/files/file-names.js';
import { openInside } from '../../../kernel/files/inside.js';
import { readKept } from '../../layer/attributes.js';
import { possibleOwners } from '../../layer/owners.js';
import type { Ignore } from './ignore.js';

/** Something of a source: its path there, without a slash in front. */
export interface Found {
  readonly source: Source;
  readonly path: string;
  /** The URL that it was fetched from. */
  readonly url?: string;
  /** Of its content, in hexadecimal, where that is known. */
  readonly sha256?: string;
  readonly stats: BigIntStats;
}

/** Where COPY takes files from: the context of a build, or an image. No path and no link leads out of it. */
export class Source implements Disposable {
  readonly #root: number;
  /** What is left out of it. */
  readonly ignore: Ignore | undefined;

  /** Takes an open directory (O_PATH), and closes it at the end. */
  constructor(root: number, ignore?: Ignore) {
    this.#root = root;
    this.ignore = ignore;
  }

  /** What a path leads to, the links on its way followed; a link at its end only where that is asked for. Undefined where nothing is. */
  look(path: string, { follow }: { follow: boolean }): Found | undefined {
    const fd = openInside(this.#root, path || '.', O_PATH | (follow ? 0 : O_NOFOLLOW));
    if (fd < 0) return undefined;
    try {
      return { source: this, path, stats: fstatSync(fd, { bigint: true }) };
    } finally {
      closeSync(fd);
    }
  }

  /** All that is in a directory and not left out, by name. Throws CopyError. */
  entries(directory: string): Found[] {
    return this.#using(directory, O_RDONLY | O_DIRECTORY, (fd) => {
      const names = entriesOf(`/proc/self/fd/${fd}`).map(({ name }) => name);
      const paths = names.sort().map((name) => posix.join(directory, name));
      return paths.flatMap((path) => this.look(path, { follow: false }) ?? []);
    });
  }

  /** All below a directory that is not left out, each directory before what is in it. A directory that is left out is entered only where .dockerignore has an exception there. */
  *below(directory: string): Generator<Found> {
    for (const found of this.entries(directory)) {
      const isIgnored = this.ignore?.ignores(found.path) ?? false;
      if (!isIgnored) yield found;
      if (!found.stats.isDirectory() || (isIgnored && !this.ignore?.mayHaveExceptions(found.path))) continue;
      yield* this.below(found.path);
    }
  }

  /** Opens a regular file; whoever asked closes it. Throws CopyError. */
  openFile(path: string): number {
    const fd = openInside(this.#root, path, O_RDONLY | O_NONBLOCK);
    if (fd < 0) throw errnoError(-fd, path);
    return fd;
  }

  linkTarget(path: string): string {
    return this.#using(posix.dirname(path), O_PATH | O_DIRECTORY, (fd) =>
      linkTarget(`/proc/self/fd/${fd}/${posix.basename(path)}`),
    );
  }

  /** Those that a layer may have, of what is there itself. */
  attributes(path: string): ReadonlyMap<string, Uint8Array> {
    return this.#using(posix.dirname(path), O_PATH | O_DIRECTORY, (fd) =>
      readKept(`/proc/self/fd/${fd}/${posix.basename(path)}`, possibleOwners()),
    );
  }

  [Symbol.dispose](): void {
    closeSync(this.#root);
  }

  #using<T>(path: string, flags: number, use: (fd: number) => T): T {
    const fd = openInside(this.#root, path || '.', flags);
    if (fd < 0) throw errnoError(-fd, path || '.');
    try {
      return use(fd);
    } finally {
      closeSync(fd);
    }
  }
}

/** The files of a directory of this host. Throws node's errors. */
export function openSource(directory: string, ignore?: Ignore): Source {
  return new Source(openSync(nodePath(directory), O_PATH | O_DIRECTORY | O_CLOEXEC), ignore);
}
