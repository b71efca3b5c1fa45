/**
 * What happens to containers, volumes and networks, for `tslab events`: a line of JSON each. There is no daemon that could tell, so whoever does
 * a thing appends a line. A line begins with a line feed as well, so that one that a full disk has cut short spoils no other.
 *
 *     events.jsonl     the present lines;  events.1.jsonl   those before, since that had grown to 1 MiB
 */
import { closeSync, constants, fstatSync, openSync, renameSync, statSync, writeSync } from 'node:fs';
import { callUntraced } from '../kernel/call.js';
import { flock } from '../kernel/calls/index.js';
import { LOCK_EX, LOCK_NB } from '../kernel/constants.js';
import { here } from './directories.js';

/** Docker's words (moby, api/types/events). */
export interface Happening {
  readonly type: 'container' | 'volume' | 'network' | 'image';
  /** `start`, `die`, `exec_create: sh -c ls`. */
  readonly action: string;
  /** A container's, a network's or an image's id, a volume's name. */
  readonly id: string;
  readonly attributes: Readonly<Record<string, string>>;
}

/** A line of the file: with milliseconds since 1970. */
export interface EventLine extends Happening {
  readonly time: number;
}

/** Bytes at which a new file is begun. */
export const MOST_BYTES = 2 ** 20;

/** Oldest first. */
export function eventFiles(): [string, string] {
  const { state } = here();
  return [`${state}/events.1.jsonl`, `${state}/events.jsonl`];
}

/** No FIFO or link in the place of the file is waited for or followed. */
const FLAGS = constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | constants.O_NONBLOCK | constants.O_NOFOLLOW;

/** Tells what has happened just now. A disk that is full or read-only is no reason for the thing itself to fail. */
export function tell(happening: Happening): void {
  const line: EventLine = { time: Date.now(), ...happening };
  try {
    append(`\n${JSON.stringify(line)}\n`);
  } catch {}
}

function append(text: string): void {
  const [before, path] = eventFiles();
  const fd = openSync(path, FLAGS, 0o600);
  try {
    writeSync(fd, text);
    const { size, ino } = fstatSync(fd);
    if (size >= MOST_BYTES) rotate(fd, ino, { path, before });
  } finally {
    closeSync(fd);
  }
}

/** Of several that see it full one renames it: the lock is the file's own, and is not waited for. */
function rotate(fd: number, ino: number, { path, before }: { path: string; before: string }): void {
  if (callUntraced(flock(fd, LOCK_EX | LOCK_NB)) < 0) return;
  if (statSync(path).ino === ino) renameSync(path, before);
}
