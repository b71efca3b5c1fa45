import type { Stream } from './index.js';

const LINE_FEED = 0x0a;

/** What stands in front of each line: with `docker logs -t` the time, with `--details` what is known of the container. */
interface Parts {
  readonly time: boolean;
  readonly details: string | undefined;
}

/** Puts it there. */
export class Stamps {
  readonly #parts: Parts;
  /** Streams whose last line has not ended yet. */
  readonly #inMidLine = new Set<Stream>();

  constructor(parts: Parts = { time: true, details: undefined }) {
    this.#parts = parts;
  }

  /** Some bytes with that in front of each line that starts in them. */
  before(stream: Stream, bytes: Uint8Array, time: number): Uint8Array {
    const { time: isTimed, details } = this.#parts;
    const stamp = Buffer.from(`${isTimed ? `${nanoseconds(time)} ` : ''}${details === undefined ? '' : `${details} `}`);
    const pieces: Uint8Array[] = [];
    for (let start = 0; start < bytes.length; ) {
      const feed = bytes.indexOf(LINE_FEED, start);
      const end = feed === -1 ? bytes.length : feed + 1;
      if (!this.#inMidLine.delete(stream)) pieces.push(stamp);
      pieces.push(bytes.subarray(start, end));
      if (feed === -1) this.#inMidLine.add(stream);
      start = end;
    }
    return Buffer.concat(pieces);
  }
}

/** RFC 3339 with nine digits, as Docker writes it. */
function nanoseconds(time: number): string {
  return new Date(time).toISOString().replace('Z', '000000Z');
}
