import type { ReadStream } from 'node:tty';
import { parseKeys } from './keys.js';

/** What happens at a keyboard. */
export interface KeyboardEvents {
  readonly onKey: (key: string) => void;
  /** The terminal is gone. */
  readonly onClose: () => void;
  /** Before this process is stopped (Ctrl-Z): the terminal is a shell's from now on. */
  readonly onStop: () => void;
  /** It goes on (`fg`), and has the terminal again. */
  readonly onContinue: () => void;
}

/** Single keys, which come, and come unechoed, in raw mode only; the terminal is left as it was, however this process ends, but for SIGKILL. */
export class Keyboard {
  readonly #input: ReadStream;
  readonly #events: KeyboardEvents;
  #rest = '';
  #entered = false;

  constructor(input: ReadStream, events: KeyboardEvents) {
    [this.#input, this.#events] = [input, events];
  }

  enter(): void {
    this.#entered = true;
    process.on('exit', this.leave);
    process.on('SIGCONT', this.#again);
    this.#input.setEncoding('utf8').on('data', this.#read).on('end', this.#events.onClose);
    this.#take();
    this.#input.resume();
  }

  /** Does nothing where it has been left already. */
  readonly leave = (): void => {
    if (!this.#entered) return;
    this.#entered = false;
    process.off('exit', this.leave);
    process.off('SIGCONT', this.#again);
    this.#input.off('data', this.#read).off('end', this.#events.onClose).pause();
    ignoringErrors(() => this.#input.setRawMode(false));
  };

  /** After a stop, when a shell has had the terminal for itself. */
  readonly #again = (): void => {
    this.#take();
    this.#events.onContinue();
  };

  #take(): void {
    ignoringErrors(() => this.#input.setRawMode(false).setRawMode(true));
  }

  readonly #read = (text: string): void => {
    const { keys, rest } = parseKeys(this.#rest + text);
    this.#rest = rest;
    for (const key of keys) key === 'stop' ? this.#stop() : this.#events.onKey(key);
  };

  /** What the terminal does at Ctrl-Z outside of raw mode; where nobody could say `fg`, the kernel ignores it (termios(3), setpgid(2)). */
  #stop(): void {
    this.#events.onStop();
    ignoringErrors(() => this.#input.setRawMode(false));
    process.kill(0, 'SIGTSTP');
    this.#again();
  }
}

/** A terminal that is gone cannot be restored, and need not be. */
export function ignoringErrors(work: () => unknown): void {
  try {
    work();
  } catch {}
}
