import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { errnoName } from '../state/directories.js';

/**
 * How long the logs were at a moment. A container writes into its logs itself, and nobody stands between to note when; but
 * the supervisor looks once a second, and writes a line into `log.index` where they have grown.
 */
export interface LogMark {
  /** Milliseconds since 1970. */
  readonly time: number;
  /** Bytes. */
  readonly stdout: number;
  readonly stderr: number;
}

/** The marks of a container, oldest first; none where nobody has looked. */
export function readLogIndex(directory: string): LogMark[] {
  try {
    return parseLogIndex(readFileSync(join(directory, 'log.index'), 'utf8'));
  } catch (error) {
    if (errnoName(error) === 'ENOENT') return [];
    throw error;
  }
}

/** The marks in the text of `log.index`. A line that is torn, by a full disk or a crash, is left out. */
export function parseLogIndex(text: string): LogMark[] {
  return text.split('\n').flatMap((line) => parseMark(line) ?? []);
}

function parseMark(line: string): LogMark | undefined {
  try {
    const { time, stdout, stderr } = JSON.parse(line);
    const mark = { time: new Date(time).getTime(), stdout, stderr };
    return Object.values(mark).every(Number.isFinite) ? mark : undefined;
  } catch {
    return undefined;
  }
}

/** How long the logs were at a moment, as far as the marks know: what was written later lies behind. */
export function sizesAt(marks: readonly LogMark[], moment: number): { stdout: number; stderr: number } {
  return marks.findLast(({ time }) => time <= moment) ?? { stdout: 0, stderr: 0 };
}
