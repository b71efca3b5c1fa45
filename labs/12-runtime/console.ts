import { once } from 'node:events';
import { closeSync, readSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { ReadStream } from 'node:tty';
import { fcntl } from '../../src/kernel/calls.js';
import { F_DUPFD_CLOEXEC } from '../../src/kernel/constants.js';
import { call } from '../../src/kernel/door.js';
import { setWindowSize } from '../../src/kernel/pty.js';
import { windowSize } from '../../src/kernel/termios.js';
import { rawMode } from './raw-mode.js';

/** How long a terminal must have been silent after its program has ended, in milliseconds: then nobody else writes to it. */
const SILENCE = 100;

/** Between the master of a program's terminal and our own: keys go in, output comes out, the window's size follows ours. */
export class Console implements Disposable {
  /** The master too: the stream closes its own when it thinks that there is no more. */
  #spare: number | undefined;
  readonly #stream: ReadStream;
  readonly #closed: Promise<unknown>;
  readonly #restore: () => void;

  /** The descriptor belongs to the console from here on. With `interactive`, what is typed goes in. */
  constructor(master: number, interactive: boolean) {
    this.#spare = call(fcntl(master, F_DUPFD_CLOEXEC, 3));
    this.#stream = new ReadStream(master);
    this.#closed = once(this.#stream, 'close').catch(() => {});
    this.#restore = interactive ? rawMode(0) : () => {};
    this.#showOutput();
    if (interactive) this.#takeInput();
    process.on('SIGWINCH', this.#resize);
  }

  /** Resolves when the last byte has been shown: at the end of the terminal (EIO), or, where something else holds it open, when it is silent. */
  async drained(): Promise<void> {
    let heard = true;
    this.#stream.on('data', () => {
      heard = true;
    });
    while (heard && !this.#stream.destroyed) {
      heard = false;
      await Promise.race([this.#closed, delay(SILENCE, undefined, { ref: false })]);
    }
    this.#showRest();
  }

  /**
   * libuv takes a short read with POLLHUP for the end (uv__stream_io()), but a terminal may have more on its way: what was
   * written right before. Here the kernel waits for that, and says EIO when there is none, EAGAIN where others hold the terminal.
   */
  #showRest(): void {
    if (this.#spare === undefined) return;
    const chunk = Buffer.alloc(65_536);
    try {
      for (let read = 1; read > 0; ) {
        read = readSync(this.#spare, chunk);
        process.stdout.write(Buffer.from(chunk.subarray(0, read)));
      }
    } catch {
      // EIO or EAGAIN.
    }
  }

  [Symbol.dispose](): void {
    process.off('SIGWINCH', this.#resize);
    process.stdin.unpipe(this.#stream).pause();
    this.#hangUp();
    this.#restore();
  }

  /** Where our own output is gone (a closed pipe) the program loses its terminal: its next write fails with EIO. */
  #showOutput(): void {
    this.#stream.on('error', () => this.#stream.destroy());
    process.stdout.once('error', this.#hangUp);
    this.#stream.pipe(process.stdout, { end: false });
  }

  /** The end of our input is the end of our terminal, since this is raw mode: the program loses its own. */
  #takeInput(): void {
    process.stdin.once('end', this.#hangUp).once('error', this.#hangUp);
    process.stdin.pipe(this.#stream, { end: false });
  }

  readonly #resize = (): void => {
    if (this.#spare !== undefined) followWindow(this.#spare);
  };

  /** A terminal without a master: programs in it get SIGHUP, and EIO when they write. */
  readonly #hangUp = (): void => {
    this.#stream.destroy();
    if (this.#spare !== undefined) closeSync(this.#spare);
    this.#spare = undefined;
  };
}

/** Gives a terminal the size of ours, if that has one. */
export function followWindow(master: number): void {
  const size = windowSize(1) ?? windowSize(0);
  if (size) setWindowSize(master, size.columns, size.rows);
}
