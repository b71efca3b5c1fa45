import { ReadStream } from 'node:tty';
import { OutputCopy } from './output-copy.js';
import { rawMode } from './raw-mode.js';
import { followWindow } from './window.js';

/** Connects the master of a program's terminal with our own: copies keys in and output out, and the window's size follows ours. */
export class Console implements Disposable {
  readonly #stream: ReadStream;
  readonly #output: OutputCopy;
  readonly #restore: () => void;

  /** The descriptor belongs to the console from here on. With `interactive` it copies what is typed. It calls `unheard` where our output is gone. */
  constructor(master: number, { interactive, unheard }: { interactive: boolean; unheard: () => void }) {
    this.#stream = new ReadStream(master);
    this.#output = new OutputCopy(master, this.#stream, { to: process.stdout, unheard });
    this.#restore = interactive ? rawMode(0) : () => {};
    if (interactive) this.#takeInput();
    process.on('SIGWINCH', this.#resize);
  }

  /** Resolves when the last byte has been shown. */
  drained(): Promise<void> {
    return this.#output.drained();
  }

  [Symbol.dispose](): void {
    process.off('SIGWINCH', this.#resize);
    process.stdin.unpipe(this.#stream).pause();
    this.#output.hangUp();
    this.#restore();
  }

  /** The end of our input is the end of our terminal, since this is raw mode: the program's terminal ends too. */
  #takeInput(): void {
    const hangUp = () => this.#output.hangUp();
    process.stdin.once('end', hangUp).once('error', hangUp);
    process.stdin.pipe(this.#stream, { end: false });
  }

  readonly #resize = (): void => {
    if (this.#output.fd !== undefined) followWindow(this.#output.fd);
  };
}
