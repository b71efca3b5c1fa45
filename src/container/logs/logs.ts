import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { lookBehind } from '../../state/look.js';
import { type LogConfig, type LogLimit, readableFrom, startOfLog } from './config.js';
import { type Sizes, STREAMS, type Stream } from './index.js';

/** Where in a log something starts and ends, in bytes. */
export interface Part {
  readonly stream: Stream;
  readonly start: number;
  readonly end: number;
  /** When it was written, in milliseconds since 1970. */
  readonly time: number;
}

/** The logs of a container, open for reading, with what its program prints meanwhile. */
export class Logs implements Disposable {
  readonly #fds: ReadonlyMap<Stream, number>;
  readonly #limit: LogLimit | undefined;

  /** `log` is what is kept of what it prints. */
  constructor(directory: string, log?: LogConfig) {
    this.#limit = log?.limit;
    const opened = STREAMS.map((stream) => [stream, openLog(join(directory, `${stream}.log`))] as const);
    this.#fds = new Map(opened.filter((pair): pair is [Stream, number] => pair[1] !== undefined));
  }

  /** The present lengths, in bytes. */
  get sizes(): Sizes {
    return { stdout: this.#stat('stdout').size, stderr: this.#stat('stderr').size };
  }

  /** Where they start when they have these lengths, at a line. */
  starts(sizes: Sizes): Sizes {
    return { stdout: this.#start('stdout', sizes.stdout), stderr: this.#start('stderr', sizes.stderr) };
  }

  /** From where on they can be read then: whoever follows them may be behind what `starts` says. */
  readable({ stdout, stderr }: Sizes): Sizes {
    return { stdout: readableFrom(stdout, this.#limit), stderr: readableFrom(stderr, this.#limit) };
  }

  /** A line that the limit cuts through is left out, unless it is the last. */
  #start(stream: Stream, size: number): number {
    const start = startOfLog(size, this.#limit);
    if (start === 0) return 0;
    const seen = Buffer.from(this.read({ stream, start: start - 1, end: Math.min(size, start + CHUNK) }));
    const feed = seen.indexOf(LINE_FEED);
    return feed === -1 ? start : start + feed;
  }

  /** The log that was written to last, and when, by the kernel's clock (4 ms). */
  get latest(): { stream: Stream; time: number } {
    const [stdout, stderr] = STREAMS.map((stream) => this.#stat(stream).mtimeMs) as [number, number];
    return { stream: stdout > stderr ? 'stdout' : 'stderr', time: Math.floor(Math.max(stdout, stderr)) };
  }

  /** The bytes of a part, as they were written; fewer where the log has become shorter. */
  read({ stream, start, end }: Omit<Part, 'time'>): Uint8Array {
    const fd = this.#fds.get(stream);
    const buffer = Buffer.alloc(end - start);
    return fd === undefined ? buffer.subarray(0, 0) : buffer.subarray(0, readSync(fd, buffer, 0, end - start, start));
  }

  #stat(stream: Stream): { size: number; mtimeMs: number } {
    const fd = this.#fds.get(stream);
    return fd === undefined ? { size: 0, mtimeMs: 0 } : fstatSync(fd);
  }

  [Symbol.dispose](): void {
    for (const fd of this.#fds.values()) closeSync(fd);
  }
}

/** Undefined where the container has never been started. */
function openLog(path: string): number | undefined {
  // Anything but a file (a FIFO, for which open(2) would wait) counts as empty.
  return lookBehind(path)?.isFile() ? openSync(path, 'r') : undefined;
}

const CHUNK = 65_536;
const LINE_FEED = 0x0a;

/** A part in pieces that fit into memory. */
export function chunksOf<T extends Omit<Part, 'time'>>(part: T): T[] {
  const count = Math.ceil((part.end - part.start) / CHUNK);
  return Array.from({ length: count }, (_, i) => {
    const start = part.start + i * CHUNK;
    return { ...part, start, end: Math.min(part.end, start + CHUNK) };
  });
}

/** The start of the line at an offset of a log, not before `least`. It reads backwards, so that a long log costs nothing. */
export function startOfLine(
  logs: Logs,
  { stream, least, place }: { stream: Stream; least: number; place: number },
): number {
  for (let end = place, size = 1; end > least; size = CHUNK) {
    const start = Math.max(least, end - size);
    const at = Buffer.from(logs.read({ stream, start, end })).lastIndexOf(LINE_FEED);
    if (at !== -1) return start + at + 1;
    end = start;
  }
  return least;
}

/** Returns the last lines of some parts, the oldest first; the parts are whole lines, the newest first. Both streams are counted together. */
export function lastLines(logs: Logs, parts: Iterable<Part>, lines: number): Part[] {
  const kept: Part[] = [];
  let wanted = lines;
  for (const part of parts) {
    if (wanted <= 0) break;
    const unfinished = endsInMidLine(logs, part) ? 1 : 0;
    const { start, found } = findLines(logs, part, wanted - unfinished);
    kept.unshift({ ...part, start });
    wanted -= found + unfinished;
  }
  return kept;
}

function endsInMidLine(logs: Logs, part: Part): boolean {
  return logs.read({ ...part, start: part.end - 1 })[0] !== LINE_FEED;
}

/** The start of the last `wanted` whole lines of a part, and the number of lines from there on. */
function findLines(logs: Logs, part: Part, wanted: number): { start: number; found: number } {
  let found = 0;
  for (const { start, end } of chunksOf(part).toReversed()) {
    const bytes = logs.read({ ...part, start, end });
    for (let at = bytes.length - 1; at >= 0; at--) {
      if (bytes[at] !== LINE_FEED) continue;
      if (found === wanted) return { start: start + at + 1, found };
      found++;
    }
  }
  return { start: part.start, found };
}
