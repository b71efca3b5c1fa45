import type { TarEntry } from './entry.js';
import { type TarEvent, TarParser } from './parser.js';

/** Reads at most as many bytes as the buffer has room for; 0 at the end. */
export type Read = (into: Uint8Array) => number;

/** Reads an archive from a stream, member by member. */
export class TarReader {
  readonly #events: Generator<TarEvent>;
  /** The member behind the content that was asked for. */
  #ahead: TarEntry | undefined;

  constructor(read: Read) {
    this.#events = eventsOf(read);
  }

  /** The next member; undefined at the end. Its content is what {@link content} reads. Throws TarError. */
  next(): TarEntry | undefined {
    for (const _ of this.content());
    const next = this.#ahead;
    this.#ahead = undefined;
    return next;
  }

  /** The content of the present member, in parts. Each is valid until the next is asked for. */
  *content(): Generator<Uint8Array> {
    while (!this.#ahead) {
      const { value, done } = this.#events.next();
      if (done) return;
      if (value instanceof Uint8Array) yield value;
      else this.#ahead = value;
    }
  }
}

function* eventsOf(read: Read): Generator<TarEvent> {
  const parser = new TarParser();
  for (let count = read(BUFFER); count > 0; count = read(BUFFER)) yield* parser.push(BUFFER.subarray(0, count));
  parser.end();
}

const BUFFER = new Uint8Array(1 << 16);
