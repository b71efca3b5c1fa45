import { closeSync, readSync } from 'node:fs';
import { explaining } from '../../kernel/files/copy-error.js';
import type { Place } from '../../kernel/files/file-tree.js';
import type { TarEntry } from '../../tar/entry.js';

/** What an archive has of a file, and what is in it. */
export class Member implements Disposable {
  readonly entry: TarEntry;
  readonly #place: Place;
  readonly #fd: number | undefined;

  constructor(entry: TarEntry, place: Place, fd?: number) {
    this.entry = entry;
    this.#place = place;
    this.#fd = fd;
  }

  /** As many bytes as the entry promises: the file may have become longer meanwhile, or shorter. Throws CopyError. */
  *content(): Generator<Uint8Array> {
    for (let left = this.entry.size; left > 0; ) {
      const part = Buffer.alloc(Math.min(left, PART));
      const count = this.#read(part);
      const length = count === 0 ? part.length : count;
      yield part.subarray(0, length);
      left -= length;
    }
  }

  #read(part: Buffer): number {
    return this.#fd === undefined ? 0 : explaining(this.#place, () => readSync(this.#fd as number, part));
  }

  [Symbol.dispose](): void {
    if (this.#fd !== undefined) closeSync(this.#fd);
  }
}

/** Bytes. */
const PART = 1 << 17;
