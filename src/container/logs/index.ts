import { join } from 'node:path';
import { readRegularFile } from '../../kernel/files/regular-file.js';

/** The outputs of a program. */
export const STREAMS = ['stdout', 'stderr'] as const;
export type Stream = (typeof STREAMS)[number];

/** The lengths of the logs, in bytes. */
export type Sizes = Readonly<Record<Stream, number>>;

/**
 * The lengths of the logs at a moment. A container writes into its logs directly, so that no other process could record when; but the
 * supervisor is told by inotify(7) that they have grown, and writes a line into `log.index`.
 */
export interface LogMark extends Sizes {
  /** Milliseconds since 1970. */
  readonly time: number;
  /** The log that was written to last. */
  readonly last: Stream;
}

/** In bytes: no index is larger. */
const LIMIT = 256 * 1024 * 1024;

/** The marks of a container, oldest first; none where there is no index. The logs do not depend on it. */
export function readLogIndex(directory: string): LogMark[] {
  return parseLogIndex(readIndexText(directory));
}

/** The text of `log.index`. */
export function readIndexText(directory: string): string {
  try {
    return readRegularFile(join(directory, 'log.index'), LIMIT).toString();
  } catch {
    return '';
  }
}

/** The marks in the text of `log.index`. Lines that are damaged (by a full disk, a crash, another version) are left out. */
export function parseLogIndex(text: string): LogMark[] {
  return text.split('\n').flatMap((line) => parseMark(line) ?? []);
}

/** A mark as a line of `log.index`. */
export function formatMark({ time, stdout, stderr, last }: LogMark): string {
  return `${JSON.stringify({ time, stdout, stderr, ...(last === 'stdout' && { last }) })}\n`;
}

function parseMark(line: string): LogMark | undefined {
  try {
    const { time, stdout, stderr, last } = JSON.parse(line);
    const isMark = [time, stdout, stderr].every((value) => Number.isSafeInteger(value) && value >= 0);
    return isMark ? { time, stdout, stderr, last: last === 'stdout' ? last : 'stderr' } : undefined;
  } catch {
    return undefined;
  }
}

/**
 * The text of an index with fewer marks, until it is short enough: of the older half every other one is left out,
 * repeatedly. So an index keeps its size, and older times become less exact.
 */
export function shortened(text: string, most: number): string {
  let lines = text.split('\n').filter(Boolean);
  while (lengthOf(lines) > most) {
    const middle = lines.length / 2;
    lines = lines.filter((_, i) => i >= middle || i % 2 === 1);
  }
  return lines.map((line) => `${line}\n`).join('');
}

function lengthOf(lines: readonly string[]): number {
  return lines.reduce((sum, line) => sum + line.length + 1, 0);
}

/**
 * The marks that are about the present logs. A mark with a larger length than a later one is about bytes that are gone: somebody
 * has truncated the log.
 */
export function validMarks(marks: readonly LogMark[], now: Sizes): LogMark[] {
  const valid: LogMark[] = [];
  let next = now;
  for (const mark of marks.toReversed()) {
    if (STREAMS.some((stream) => mark[stream] > next[stream])) break;
    valid.push(mark);
    next = mark;
  }
  return valid.reverse();
}
