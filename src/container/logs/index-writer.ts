import { closeSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { writeAtomically } from '../../state/atomic.js';
import { stateDirectory } from '../../state/directories.js';
import { openOwnFile } from '../../state/own-file.js';
import { readOrSkip } from '../store/read.js';
import { FileWatch } from '../supervisor/file-watch.js';
import { type LogLimit, readableFrom } from './config.js';
import { giveBack } from './give-back.js';
import { formatMark, type LogMark, readIndexText, STREAMS, type Stream, shortened } from './index.js';

/** The interval for logs that cannot be watched (inotify(7) has limits), in milliseconds. */
const INTERVAL = 1_000;

/** The least time between two marks, in milliseconds, however much is written. */
const PAUSE = 10;

/** The largest index on the disk, in bytes: some 80,000 marks. */
const LIMIT = 4 * 1024 * 1024;

/**
 * Records the lengths of containers' logs over time. Containers write into them directly, so nothing else knows: it adds a line to
 * `log.index` when they have grown, read by src/container/logs/index.ts. Of a log that has a limit it gives the head back to the disk.
 */
export class LogIndex {
  readonly #indices = new Map<string, Index>();
  #timer: NodeJS.Timeout | undefined;

  add(id: string): void {
    this.remove(id);
    const limit = readOrSkip(id)?.config.log?.limit;
    this.#indices.set(id, watched(join(stateDirectory('containers'), id), limit));
    this.#timer ??= setInterval(() => this.#lookAtAll(), INTERVAL).unref();
  }

  /** Looks a last time. */
  remove(id: string): void {
    this.#indices.get(id)?.close();
    this.#indices.delete(id);
    if (this.#indices.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #lookAtAll(): void {
    for (const index of this.#indices.values()) index.look();
  }
}

/** An index that finds out by itself when the logs grow. */
function watched(directory: string, limit: LogLimit | undefined): Index {
  const index = new Index(directory, limit);
  index.open();
  return index;
}

/** The index of one container. */
export class Index {
  readonly #directory: string;
  readonly #watch: FileWatch;
  #isWatched = false;
  #noted = '';
  #length: number;
  #pause: NodeJS.Timeout | undefined;
  readonly #limit: LogLimit | undefined;
  readonly #given: Record<Stream, number> = { stdout: 0, stderr: 0 };

  constructor(directory: string, limit: LogLimit | undefined) {
    this.#directory = directory;
    this.#limit = limit;
    this.#length = sizeOf(this.#path);
    this.#watch = new FileWatch(STREAMS.map(this.#log), () => this.changed());
  }

  /** Watches the logs from now on. Without, somebody else tells of each change. */
  open(): void {
    this.#isWatched = true;
    this.#watch.open();
    this.look();
  }

  /** Records the lengths, if they have changed. Returns whether they have. */
  look(): boolean {
    const [stdout, stderr] = STREAMS.map((stream) => statSync(this.#log(stream), { throwIfNoEntry: false }));
    const sizes = { stdout: stdout?.size ?? 0, stderr: stderr?.size ?? 0 };
    const seen = `${sizes.stdout} ${sizes.stderr}`;
    if (this.#noted === seen) return false;
    this.#noted = seen;
    const last = (stdout?.mtimeMs ?? 0) > (stderr?.mtimeMs ?? 0) ? 'stdout' : 'stderr';
    this.#append({ time: Date.now(), ...sizes, last });
    if (this.#limit) for (const stream of STREAMS) this.#giveBack(stream, sizes[stream]);
    return true;
  }

  /** What is no part of it any more. One byte of that is kept, which shows whether the rest starts with a line. */
  #giveBack(stream: Stream, size: number): void {
    const end = readableFrom(size, this.#limit) - 1;
    if (end <= this.#given[stream]) return;
    this.#given[stream] = end;
    try {
      giveBack(this.#log(stream), end);
    } catch {
      // A file system that has become read-only.
    }
  }

  /** Looks a last time. */
  close(): void {
    clearTimeout(this.#pause);
    this.#watch.close();
    this.look();
  }

  /** A container that writes all the time would wake this process for each line: its logs are then looked at by time, and not watched. */
  changed(): void {
    if (this.#pause) this.#watch.close();
    else if (this.look()) this.#pauseNow();
  }

  #pauseNow(): void {
    this.#pause = setTimeout(() => {
      this.#pause = undefined;
      const isBusy = this.look();
      if (!isBusy && this.#isWatched) this.#watch.open();
      // Writes before the watch have made no event.
      if (isBusy || this.look()) this.#pauseNow();
    }, PAUSE);
  }

  /** Where the disk is full or the container gone, only the mark is lost, and no line of the log. */
  #append(mark: LogMark): void {
    const line = formatMark(mark);
    try {
      appendTo(this.#path, line);
      this.#length += line.length;
      if (this.#length > LIMIT) this.#shorten();
    } catch {}
  }

  #shorten(): void {
    const text = shortened(readIndexText(this.#directory), LIMIT);
    writeAtomically(this.#path, text, false);
    this.#length = text.length;
  }

  readonly #log = (stream: Stream): string => join(this.#directory, `${stream}.log`);

  get #path(): string {
    return join(this.#directory, 'log.index');
  }
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

function appendTo(path: string, line: string): void {
  const fd = openOwnFile(path);
  try {
    writeSync(fd, line);
  } finally {
    closeSync(fd);
  }
}
