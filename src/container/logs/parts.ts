import { type LogMark, type Sizes, STREAMS, type Stream } from './index.js';
import { type Logs, type Part, startOfLine } from './logs.js';

/** The period of the wanted lines, in milliseconds since 1970. */
export interface Period {
  readonly since: number;
  readonly until: number;
}

export const ALWAYS: Period = { since: Number.NEGATIVE_INFINITY, until: Number.POSITIVE_INFINITY };

/**
 * The logs up to some sizes in whole lines, the newest first, in the order in which the lines were finished, as far as the marks
 * tell. After the last mark the kernel tells which log was written to last, and when.
 */
export function* newestFirst(logs: Logs, marks: readonly LogMark[], now: Sizes): Generator<Part> {
  const { stream, time } = logs.latest;
  const least = logs.starts(now);
  let end = now;
  let noted: LogMark = { ...now, time, last: stream };
  for (let i = marks.length - 1; i >= -1; i--) {
    const before = marks[i];
    const start = linesBefore(logs, { mark: before ?? least, end, least });
    yield* inOrder(start, end, noted);
    end = start;
    noted = before ?? noted;
  }
}

/** Of the newest first those of a period. */
export function* ofPeriod(parts: Iterable<Part>, { since, until }: Period): Generator<Part> {
  for (const part of parts) if (part.time >= since && part.time <= until) yield part;
}

/** One part where one stream goes on in another: fewer to read. */
export function joined(parts: readonly Part[]): Part[] {
  const all: Part[] = [];
  for (const part of parts) {
    const before = all.at(-1);
    if (before?.stream === part.stream && before.end === part.start) all[all.length - 1] = { ...before, end: part.end };
    else all.push(part);
  }
  return all;
}

/** The parts written between two marks, the older first. `last` is the log that was written to last. */
export function writtenBetween(from: Sizes, to: Sizes, { last, time }: Pick<LogMark, 'last' | 'time'>): Part[] {
  return [...inOrder(from, to, { last, time })].reverse();
}

/** The newest first. */
function* inOrder(from: Sizes, to: Sizes, { last, time }: Pick<LogMark, 'last' | 'time'>): Generator<Part> {
  for (const stream of [last, other(last)]) {
    if (to[stream] > from[stream]) yield { stream, start: from[stream], end: to[stream], time };
  }
}

function other(stream: Stream): Stream {
  return stream === 'stdout' ? 'stderr' : 'stdout';
}

/** A line that was not finished at a mark belongs after it. The part before `end` was searched already, down to the start of a line. */
function linesBefore(logs: Logs, { mark, end, least: first }: Record<'mark' | 'end' | 'least', Sizes>): Sizes {
  const [stdout, stderr] = STREAMS.map((stream) => {
    const [place, least] = [Math.max(mark[stream], first[stream]), first[stream]];
    return place >= end[stream] ? end[stream] : startOfLine(logs, { stream, least, place });
  }) as [number, number];
  return { stdout, stderr };
}
