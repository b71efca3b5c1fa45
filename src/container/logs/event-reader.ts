import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { errorCode } from '../../kernel/errors/errno.js';
import { integer, map, record, text, word } from '../../kernel/parser.js';
import { type EventLine, eventFiles, MOST_BYTES } from '../../state/event-log.js';

/** A file that is open, and how far it has been read, in bytes. */
interface Reading {
  readonly fd: number;
  /** A file that is open gives its number to no other. */
  readonly ino: number;
  at: number;
}

/** Reads events in the order in which they were told, each once, also where files are rotated in between. */
export class EventReader implements Disposable {
  /** The oldest first. */
  #files: readonly Reading[] = [];

  /** What has been told since the last call; at first all that is kept. */
  read(): EventLine[] {
    const now = this.#open();
    const gone = this.#files.filter((file) => !now.includes(file));
    this.#files = now;
    const lines = [...gone, ...now].flatMap(linesOf);
    for (const { fd } of gone) closeSync(fd);
    return lines.flatMap(parsed);
  }

  /** The present file is opened first: one that is renamed then is found twice, and else would not be found. */
  #open(): Reading[] {
    const found = new Map<number, Reading>();
    for (const path of eventFiles().reverse()) {
      const file = openIfThere(path);
      if (!file) continue;
      const known = found.get(file.ino) ?? this.#files.find(({ ino }) => ino === file.ino);
      if (known) closeSync(file.fd);
      found.set(file.ino, known ?? file);
    }
    return [...found.values()].reverse();
  }

  [Symbol.dispose](): void {
    for (const { fd } of this.#files) closeSync(fd);
  }
}

/** Undefined where there is none. Anything but a file counts as none. */
function openIfThere(path: string): Reading | undefined {
  try {
    const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW);
    const stats = fstatSync(fd);
    if (stats.isFile()) return { fd, ino: stats.ino, at: 0 };
    closeSync(fd);
  } catch (error) {
    if (!['ENOENT', 'ELOOP', 'ENXIO'].includes(errorCode(error) ?? '')) throw error;
  }
  return undefined;
}

/** The whole lines behind those that were read. Of a file that is larger than any that is ours, the last. */
function linesOf(file: Reading): string[] {
  const { size } = fstatSync(file.fd);
  const start = Math.max(Math.min(file.at, size), size - 2 * MOST_BYTES);
  const bytes = Buffer.alloc(size - start);
  const read = bytes.subarray(0, readSync(file.fd, bytes, 0, bytes.length, start));
  const whole = read.subarray(0, read.lastIndexOf('\n') + 1);
  file.at = start + whole.length;
  return whole.toString().split('\n');
}

/** The last moment that a Date can be, in milliseconds: ECMA-262, "Time Values and Time Range". A day less, for time zones. */
const LAST_MOMENT = 8.64e15 - 86_400_000;

const parse = record<EventLine>({
  time: integer(0, LAST_MOMENT),
  type: word('container', 'volume', 'network', 'image'),
  action: text,
  id: text,
  attributes: map(text),
});

/** None for an empty line, and for one that was cut short or damaged. */
function parsed(line: string): EventLine[] {
  try {
    return line === '' ? [] : [parse(JSON.parse(line), '')];
  } catch {
    return [];
  }
}
