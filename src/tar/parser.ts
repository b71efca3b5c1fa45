import { textOf } from '../kernel/files/file-names.js';
import { BLOCK, padding, shownName, type TarEntry, TarError } from './entry.js';
import { type Header, parseHeader } from './header.js';
import { entryOf } from './member.js';
import { type PaxRecords, parsePax } from './pax.js';

/** A member, or the next part of the content of the last one. */
export type TarEvent = TarEntry | Uint8Array;

/** Bytes of names and records before a header, as in Go's archive/tar: nobody needs more. */
const MOST_EXTENDED = 1 << 20;

/**
 * Parses an archive that comes in pieces, wherever they are cut. Nothing of it is believed: whoever extracts it must see to names and links.
 *
 * What `push()` yields is to be taken before the next; parts of content lie in the memory of the pieces.
 */
export class TarParser {
  /** The start of a header, until all of it has come. */
  readonly #block = Buffer.alloc(BLOCK);
  #filled = 0;
  /** Bytes that are left of the present content, and of those that fill its last block. */
  #left = 0;
  #padding = 0;
  /** The content of an extended header is kept for the header behind it. */
  #extended: { readonly header: Header; readonly parts: Uint8Array[] } | undefined;
  #records: PaxRecords = new Map();
  #isFirst = true;
  #state: 'members' | 'one block of zeros' | 'end' = 'members';

  /** Throws TarError. What comes behind the end of the archive is passed over. */
  *push(bytes: Uint8Array): Generator<TarEvent> {
    for (let at = 0; at < bytes.length && this.#state !== 'end'; ) {
      const size = Math.min(bytes.length - at, this.#left || this.#padding || BLOCK - this.#filled);
      const part = bytes.subarray(at, at + size);
      at += size;
      if (this.#left > 0) yield* this.#content(part);
      else if (this.#padding > 0) this.#padding -= size;
      else yield* this.#header(part);
    }
  }

  /** The stream has ended. Throws TarError where the archive had not. */
  end(): void {
    if (this.#isFirst && this.#filled > 0) refuseCompressed(this.#block);
    if (this.#filled + this.#left + this.#padding > 0 || this.#records.size > 0)
      throw new TarError('unexpected EOF: the tar stream ends in the middle of a member');
  }

  *#content(part: Uint8Array): Generator<TarEvent> {
    this.#left -= part.length;
    if (!this.#extended) yield part;
    // Whoever pushes may use the memory again for the next piece.
    else this.#extended.parts.push(Uint8Array.from(part));
    if (this.#left === 0) this.#endExtended();
  }

  *#header(part: Uint8Array): Generator<TarEvent> {
    this.#block.set(part, this.#filled);
    this.#filled += part.length;
    if (this.#filled < BLOCK) return;
    this.#filled = 0;
    if (this.#isFirst) refuseCompressed(this.#block);
    this.#isFirst = false;
    if (this.#isEnd()) return;
    const header = parseHeader(this.#block);
    if (EXTENDED[header.type]) this.#beginExtended(header);
    else yield this.#member(header);
  }

  /** As in Go: the end are two blocks of zeros, or one and nothing behind it. */
  #isEnd(): boolean {
    const isZero = this.#block.equals(ZEROS);
    if (this.#state === 'members' && !isZero) return false;
    if (!isZero) throw new TarError('invalid tar header: a block of zeros between members');
    this.#state = this.#state === 'members' ? 'one block of zeros' : 'end';
    return true;
  }

  #member(header: Header): TarEntry {
    const entry = entryOf(header, this.#records);
    this.#records = new Map();
    this.#begin(entry.size);
    return entry;
  }

  #beginExtended(header: Header): void {
    if (header.size > MOST_EXTENDED) {
      const name = shownName(textOf(header.name));
      throw new TarError(
        `invalid tar header: ${header.size} bytes of extended header (${name}), more than ${MOST_EXTENDED}`,
      );
    }
    // Names in the parsed header lie in the block.
    this.#extended = { header: { ...header, name: Buffer.from(header.name) }, parts: [] };
    this.#begin(header.size);
    if (header.size === 0) this.#endExtended();
  }

  #endExtended(): void {
    if (!this.#extended) return;
    const { header, parts } = this.#extended;
    this.#extended = undefined;
    EXTENDED[header.type]?.(Buffer.concat(parts), this.#records);
  }

  #begin(size: number): void {
    this.#left = size;
    this.#padding = padding(size);
  }
}

const ZEROS = Buffer.alloc(BLOCK);

/** Headers that tell something of the next one. Global ones (`g`) are passed over, as Docker does: git writes a commit there. */
const EXTENDED: Readonly<Record<string, (body: Buffer, records: PaxRecords) => void>> = {
  g: () => {},
  x: (body, records) => {
    for (const [key, value] of parsePax(body)) records.set(key, value);
  },
  // GNU tar's, for names that are longer than their field; with a NUL behind them.
  L: (body, records) => records.set('path', withoutNul(body)),
  K: (body, records) => records.set('linkpath', withoutNul(body)),
};

function withoutNul(bytes: Buffer): Buffer {
  const end = bytes.indexOf(0);
  return end < 0 ? bytes : bytes.subarray(0, end);
}

/** First bytes of files that people give for an archive. */
const COMPRESSED: Readonly<Record<string, string>> = {
  '1f8b': 'gzip',
  '425a68': 'bzip2',
  fd377a585a: 'xz',
  '28b52ffd': 'zstd',
};

function refuseCompressed(block: Buffer): void {
  const [, program] = Object.entries(COMPRESSED).find(([start]) => block.toString('hex', 0, 5).startsWith(start)) ?? [];
  if (program)
    throw new TarError(`the archive is compressed with ${program}`, `Put \`${program} -dc |\` before tslab.`);
}
