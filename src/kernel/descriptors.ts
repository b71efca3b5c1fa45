import { closeSync } from 'node:fs';
import { callUntraced } from './call.js';
import { pipe2 } from './calls/index.js';
import { O_CLOEXEC } from './constants.js';
import { errnoName } from './errors/errno.js';

/** Two descriptors of ours: what is written into one is read from the other. */
export interface Pipe {
  readonly read: number;
  readonly write: number;
}

const ends = new Int32Array(2);
const NEW_PIPE = pipe2(new Uint8Array(ends.buffer), O_CLOEXEC);

/** The descriptors that this process opens to start another. However the start ends, all but those kept are closed. */
export class Descriptors {
  readonly #open = new Set<number>();

  /** A close-on-exec pipe. Throws where the process has no descriptors left (EMFILE, ENFILE). */
  pipe(): Pipe {
    const result = callUntraced(NEW_PIPE);
    if (result < 0)
      throw Object.assign(new Error(`pipe2() failed: ${errnoName(-result)}: too many open descriptors`), {
        code: errnoName(-result),
      });
    const [read, write] = ends as unknown as [number, number];
    this.#open.add(read).add(write);
    return { read, write };
  }

  /** Closes a descriptor that was opened elsewhere with the others. */
  add(fd: number): number {
    this.#open.add(fd);
    return fd;
  }

  /** Leaves a descriptor open: the caller closes it from now on. */
  keep(fd: number): number {
    this.#open.delete(fd);
    return fd;
  }

  close(fd: number): void {
    if (this.#open.delete(fd)) closeSync(fd);
  }

  closeAll(): void {
    for (const fd of this.#open) this.close(fd);
  }
}
