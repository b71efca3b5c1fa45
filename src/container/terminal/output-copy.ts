import { once } from 'node:events';
import { closeSync, readSync } from 'node:fs';
import type { Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { call } from '../../kernel/call.js';
import { fcntl } from '../../kernel/calls/index.js';
import { F_DUPFD_CLOEXEC } from '../../kernel/constants.js';
import { writeAll } from '../../kernel/files/write-all.js';
import { makeBlocking, makeNonBlocking } from '../../kernel/stdio.js';

/** How long a program's output must be silent after its end, in milliseconds: then nothing else writes to it. */
const SILENCE = 100;

/** How long it may go on after that, in milliseconds, where something else writes to it without a pause; as in Docker's `exec`. */
const PATIENCE = 2_000;

/** In bytes: a pipe or a terminal holds less. */
const CAPACITY = 1_048_576;

/** Takes some bytes of what a program prints. */
export type TakeOutput = (bytes: Uint8Array) => void;

interface Target {
  /** Our standard output or error; undefined where it is not shown. Node's streams for them take 2 ms to make, and write as synchronously. */
  readonly to: 1 | 2 | undefined;
  /** Gets the same. */
  readonly log: TakeOutput | undefined;
  /** Called where `to` is gone. */
  readonly unheard: () => void;
}

/** Copies what a program prints into a pipe or terminal of ours to our own standard output or error. */
export class OutputCopy implements Disposable {
  /** A duplicate of the descriptor: the stream closes its own at what it takes for the end. */
  #spare: number | undefined;
  readonly #from: Socket;
  readonly #target: Target;
  readonly #closed: Promise<unknown>;

  /** `from` reads from the descriptor and owns it. */
  constructor(fd: number, from: Socket, target: Target) {
    this.#spare = call(fcntl(fd, F_DUPFD_CLOEXEC, 3));
    this.#from = from.on('error', () => from.destroy()).on('data', this.#take);
    this.#target = target;
    this.#closed = once(from, 'close').catch(() => {});
    if (target.to !== undefined) makeBlocking(target.to);
  }

  /** The descriptor, until it is hung up. */
  get fd(): number | undefined {
    return this.#spare;
  }

  /** Resolves when the last byte has been shown: at the end, or, where something else holds the other side open, when it is silent. */
  async drained(): Promise<void> {
    let heard = true;
    this.#from.on('data', () => {
      heard = true;
    });
    for (const deadline = Date.now() + PATIENCE; heard && !this.#from.destroyed && Date.now() < deadline; ) {
      heard = false;
      await Promise.race([this.#closed, delay(SILENCE, undefined, { ref: false })]);
    }
    this.#showRest();
  }

  /**
   * libuv takes a short read with POLLHUP for the end (uv__stream_io()), but a terminal may have more on its way: what was
   * written right before. The kernel passes that on first (n_tty_read()), then says EIO, or EAGAIN where others hold the terminal: of a
   * master libuv leaves reads blocking.
   */
  #showRest(): void {
    if (this.#spare === undefined) return;
    makeNonBlocking(this.#spare);
    const chunk = Buffer.alloc(65_536);
    try {
      for (let read = 1, all = 0; read > 0 && all < CAPACITY; all += read) {
        read = readSync(this.#spare, chunk);
        if (read > 0) this.#take(chunk.subarray(0, read));
      }
    } catch {
      // EIO or EAGAIN.
    }
  }

  readonly #take = (bytes: Uint8Array): void => {
    const { to, log } = this.#target;
    log?.(bytes);
    if (to === undefined) return;
    try {
      writeAll(to, bytes);
    } catch {
      // EPIPE, or EIO of a terminal that is gone.
      this.hangUp();
      this.#target.unheard();
    }
  };

  /** Copies no more. The descriptor belongs to the caller from here on, and blocks again; undefined where it is hung up. */
  release(): number | undefined {
    const fd = this.#spare;
    this.#spare = undefined;
    this.#from.destroy();
    if (fd !== undefined) makeBlocking(fd);
    return fd;
  }

  /** Closes the reading end: from a terminal programs get SIGHUP, and EIO when they write; from a pipe SIGPIPE and EPIPE. */
  hangUp(): void {
    this.#from.destroy();
    if (this.#spare !== undefined) closeSync(this.#spare);
    this.#spare = undefined;
  }

  [Symbol.dispose](): void {
    this.hangUp();
  }
}
