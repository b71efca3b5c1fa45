import type { Transform } from 'node:stream';
import { ReadStream } from 'node:tty';
import { LEFT, watchForDetach } from './detach-keys.js';
import { OutputCopy, type TakeOutput } from './output-copy.js';
import { rawMode } from './raw-mode.js';
import { followWindow } from './window.js';

interface ConsoleOptions {
  /** Show what is printed. */
  readonly shown: boolean;
  /** Copy what is typed. */
  readonly interactive: boolean;
  /** Up to these keys. */
  readonly keys: Buffer | undefined;
  /** Gets a copy of what is shown. */
  readonly log: TakeOutput | undefined;
  /** Called where our output is gone. */
  readonly unheard: () => void;
  /** Rows at the bottom of our terminal that are not the program's. */
  readonly rowsLeft: number | undefined;
}

/** Connects the master of a program's terminal with our own: copies keys in and output out, and the window's size follows ours. */
export class Console implements Disposable {
  /** Resolves when a person has typed the keys that leave the program. */
  readonly left: Promise<typeof LEFT>;
  readonly #stream: ReadStream;
  readonly #output: OutputCopy;
  readonly #restore: () => void;
  readonly #rowsLeft: number | undefined;

  /** The descriptor belongs to the console from here on. */
  constructor(master: number, { shown, interactive, keys, log, unheard, rowsLeft }: ConsoleOptions) {
    this.#rowsLeft = rowsLeft;
    this.#stream = new ReadStream(master);
    this.#output = new OutputCopy(master, this.#stream, { to: shown ? 1 : undefined, log, unheard });
    this.#restore = interactive ? rawMode(0) : () => {};
    this.left = new Promise((resolve) => {
      const watched = keys && watchForDetach(keys).once('detach', () => resolve(LEFT));
      if (interactive) this.#takeInput(watched);
    });
    process.on('SIGWINCH', this.#resize);
  }

  /** Resolves when the last byte has been shown. */
  drained(): Promise<void> {
    return this.#output.drained();
  }

  /** Shows nothing more. Returns the master, which belongs to the caller from here on; undefined where it is hung up. */
  release(): number | undefined {
    return this.#output.release();
  }

  [Symbol.dispose](): void {
    process.off('SIGWINCH', this.#resize);
    process.stdin.unpipe().pause();
    this.#output.hangUp();
    this.#restore();
  }

  /** The end of our input is the end of our terminal, since this is raw mode: the program's terminal ends too. */
  #takeInput(watched: Transform | undefined): void {
    const hangUp = () => this.#output.hangUp();
    process.stdin.once('end', hangUp).once('error', hangUp);
    const typed = watched ? process.stdin.pipe(watched, { end: false }) : process.stdin;
    typed.pipe(this.#stream, { end: false });
  }

  readonly #resize = (): void => {
    if (this.#output.fd !== undefined) followWindow(this.#output.fd, this.#rowsLeft);
  };
}
