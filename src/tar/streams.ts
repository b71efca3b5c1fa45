import { readSync, writeSync } from 'node:fs';
import { sleep } from '../kernel/clock.js';
import { errorCode } from '../kernel/errors/errno.js';
import { errnoError } from '../kernel/files/copy-error.js';
import type { Read } from './reader.js';
import type { Write } from './writer.js';

/** Nobody reads what is written any more. */
export class ClosedPipe extends Error {}

/** Reads from a descriptor. Throws CopyError, which calls it by `shown`. */
export function readFrom(fd: number, shown: string): Read {
  return (into) => patiently(shown, () => readSync(fd, into));
}

/** How much is read behind the end of an archive, at most: tar(1) fills its last record, and would die of SIGPIPE. */
const MOST_BEHIND = 1 << 20;

/** Reads what stands behind the end of an archive. */
export function drain(read: Read): void {
  const part = new Uint8Array(1 << 16);
  for (let count = 0, left = MOST_BEHIND; left > 0; left -= count) {
    count = read(part);
    if (count === 0) return;
  }
}

/** Writes to a descriptor. Throws ClosedPipe, or CopyError, which calls it by `shown`. */
export function writeTo(fd: number, shown: string): Write {
  return (bytes) => {
    for (let at = 0; at < bytes.length; ) at += patiently(shown, () => writeSync(fd, bytes, at));
  };
}

/** Writes many headers at once. Throws what the function throws that writes. */
export class BufferedOutput {
  readonly #output: Write;
  readonly #buffer = new Uint8Array(1 << 18);
  #length = 0;

  constructor(output: Write) {
    this.#output = output;
  }

  write = (bytes: Uint8Array): void => {
    if (this.#length + bytes.length > this.#buffer.length) this.flush();
    if (bytes.length > this.#buffer.length) {
      this.#output(bytes);
      return;
    }
    this.#buffer.set(bytes, this.#length);
    this.#length += bytes.length;
  };

  flush(): void {
    this.#output(this.#buffer.subarray(0, this.#length));
    this.#length = 0;
  }
}

/** Tries again while a pipe is full, or empty, which another program has made non-blocking. */
function patiently(shown: string, work: () => number): number {
  for (;;) {
    try {
      return work();
    } catch (error) {
      const code = errorCode(error);
      if (code === 'EPIPE') throw new ClosedPipe();
      if (code !== 'EAGAIN') throw code === undefined ? error : errnoError(code, shown);
      sleep(WAIT);
    }
  }
}

/** Milliseconds. */
const WAIT = 5;
