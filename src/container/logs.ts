import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { errnoName } from '../state/directories.js';
import type { LogMark } from './log-index.js';

export type Stream = 'stdout' | 'stderr';

/** Where in a log something starts and ends, in bytes. */
export interface Part {
  readonly stream: Stream;
  readonly start: number;
  readonly end: number;
}

/** The logs of a container, open for reading. What its program prints meanwhile is seen too. */
export class Logs implements Disposable {
  readonly #fds: ReadonlyMap<Stream, number>;

  constructor(directory: string) {
    const streams: readonly Stream[] = ['stdout', 'stderr'];
    const opened = streams.map((stream) => [stream, openLog(join(directory, `${stream}.log`))] as const);
    this.#fds = new Map(opened.filter((pair): pair is [Stream, number] => pair[1] !== undefined));
  }

  /** Bytes that there are now. */
  size(stream: Stream): number {
    const fd = this.#fds.get(stream);
    return fd === undefined ? 0 : fstatSync(fd).size;
  }

  /** The bytes of a part, as they were written; fewer where the log has become shorter. */
  read({ stream, start, end }: Part): Uint8Array {
    const fd = this.#fds.get(stream);
    const buffer = Buffer.alloc(end - start);
    return fd === undefined ? buffer.subarray(0, 0) : buffer.subarray(0, readSync(fd, buffer, 0, end - start, start));
  }

  [Symbol.dispose](): void {
    for (const fd of this.#fds.values()) closeSync(fd);
  }
}

/** Undefined where the container has never been started. */
function openLog(path: string): number | undefined {
  try {
    return openSync(path, 'r');
  } catch (error) {
    if (errnoName(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** What lies between two moments, in the order in which it was written, as far as the marks tell: to the second. */
export function partsBetween(marks: readonly LogMark[], from: Sizes, to: Sizes): Part[] {
  const borders = [...marks.map((mark) => clamp(mark, from, to)), to];
  return borders.flatMap((border, i) => {
    const before = borders[i - 1] ?? from;
    const part = (stream: Stream): Part => ({ stream, start: before[stream], end: border[stream] });
    return [part('stdout'), part('stderr')].filter(({ start, end }) => end > start);
  });
}

export type Sizes = Readonly<Record<Stream, number>>;

function clamp(mark: Sizes, from: Sizes, to: Sizes): Sizes {
  const within = (stream: Stream) => Math.min(Math.max(mark[stream], from[stream]), to[stream]);
  return { stdout: within('stdout'), stderr: within('stderr') };
}

/** The last lines of some parts, both streams counted together, as parts. */
export function lastLines(logs: Logs, parts: readonly Part[], lines: number): Part[] {
  const kept: Part[] = [];
  let wanted = lines;
  for (const part of parts.toReversed()) {
    if (wanted <= 0) break;
    const isLast = !kept.some(({ stream }) => stream === part.stream);
    const unfinished = isLast && endsInMidLine(logs, part) ? 1 : 0;
    const { start, found } = findLines(logs, part, wanted - unfinished);
    kept.unshift({ ...part, start });
    wanted -= found + unfinished;
  }
  return kept;
}

function endsInMidLine(logs: Logs, part: Part): boolean {
  return logs.read({ ...part, start: part.end - 1 })[0] !== LINE_FEED;
}

const CHUNK = 65_536;
const LINE_FEED = 0x0a;

/** Where the last so many whole lines of a part start, and how many there are from there on. Read backwards, so that a long log costs nothing. */
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

/** A part in pieces that fit into memory. */
export function chunksOf(part: Part): Part[] {
  const count = Math.ceil((part.end - part.start) / CHUNK);
  return Array.from({ length: count }, (_, i) => {
    const start = part.start + i * CHUNK;
    return { ...part, start, end: Math.min(part.end, start + CHUNK) };
  });
}
