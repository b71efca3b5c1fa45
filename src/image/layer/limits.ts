import { statfsSync } from 'node:fs';
import { literal } from '../../kernel/render.js';
import type { TarEntry } from '../../tar/entry.js';
import { LayerError } from './entry.js';

const MOST_ENTRIES = 1_000_000;
const MOST_BYTES = 100 * 2 ** 30;
/** What is left on the disk for everybody else; on a small one a twentieth. */
const SPARE = 2 ** 30;
/** XATTR_SIZE_MAX, limits.h. */
const LONGEST_ATTRIBUTE = 65_536;

/** What a layer may take. There is none for how well it compresses: zeros of an honest image compress a thousandfold. */
export class Limits {
  #entries = 0;
  #bytes = 0;
  readonly #most: number;

  /** `directory` is where the layer is unpacked; undefined where it is not. */
  constructor(directory?: string) {
    this.#most = directory === undefined ? MOST_BYTES : mostBytes(directory);
  }

  /** Counts a member, before anything of it is made. Throws LayerError. */
  count({ name, size, attributes }: TarEntry): void {
    if (++this.#entries > MOST_ENTRIES) throw new LayerError(name, `is one of more than ${MOST_ENTRIES} files`);
    this.#bytes += size;
    if (size > 0 && this.#bytes > this.#most) throw this.#tooLarge(name);
    for (const [attribute, { length }] of attributes) {
      if (length > LONGEST_ATTRIBUTE)
        throw new LayerError(name, `has ${length} bytes in ${literal(attribute)}, more than ${LONGEST_ATTRIBUTE}`);
    }
  }

  #tooLarge(name: string): LayerError {
    const whose = this.#most === MOST_BYTES ? 'allowed' : 'free on the disk for it';
    return new LayerError(
      name,
      `makes the layer's files ${this.#bytes} bytes, more than the ${this.#most} that are ${whose}`,
    );
  }
}

/** What may be written into a directory. */
export function mostBytes(directory: string): number {
  return Math.min(MOST_BYTES, roomIn(directory));
}

function roomIn(directory: string): number {
  const { bavail, bsize } = statfsSync(directory);
  const free = bavail * bsize;
  return Math.floor(free - Math.min(SPARE, free / 20));
}
