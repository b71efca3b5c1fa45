import { closeSync } from 'node:fs';
import { setWindowSize } from '../../kernel/terminal/pty.js';
import { terminalDevice, windowSize } from '../../kernel/terminal/termios.js';
import type { Container } from '../store/store.js';
import { masterOf } from '../supervisor/terminal-copier.js';

/** How long a terminal has another size, in milliseconds: enough for its program to read it meanwhile. */
const MOMENT = 50;

/** Gives a terminal the size of ours, if that has one, but for some rows at the bottom. */
export function followWindow(master: number, rowsLeft = 0): void {
  const size = windowSize(1) ?? windowSize(0);
  if (size) setWindowSize(master, size.columns, size.rows - rowsLeft);
}

/** Makes a terminal follow the size of our window. */
export class Window implements Disposable {
  readonly #master: number;
  #timer: NodeJS.Timeout | undefined;
  #endMoment: (() => void) | undefined;

  /** The descriptor belongs to it from here on. With `redraw` the program draws itself anew, whether our size is another or not. */
  constructor(master: number, redraw: boolean) {
    this.#master = master;
    const before = windowSize(master);
    this.#follow();
    process.on('SIGWINCH', this.#follow);
    const now = windowSize(master);
    if (redraw && now?.columns === before?.columns && now?.rows === before?.rows) this.#change(now);
  }

  /**
   * Changes the size for a moment, as Docker's client does when it attaches: what a program drew before, such as the prompt of a
   * shell, is not shown again, and an unchanged size sends no SIGWINCH.
   */
  #change({ columns, rows } = { columns: 0, rows: 0 }): void {
    setWindowSize(this.#master, columns + 1, rows + 1);
    this.#endMoment = () => {
      this.#endMoment = undefined;
      // Ours may have changed meanwhile.
      setWindowSize(this.#master, columns, rows);
      this.#follow();
    };
    this.#timer = setTimeout(this.#endMoment, MOMENT);
  }

  readonly #follow = (): void => {
    if (!this.#endMoment) followWindow(this.#master);
  };

  [Symbol.dispose](): void {
    process.off('SIGWINCH', this.#follow);
    clearTimeout(this.#timer);
    this.#endMoment?.();
    closeSync(this.#master);
  }
}

/** The window of a detached container. Undefined where it has no terminal that could be reached, or we are at none. */
export function openWindow({ config, directory }: Container, redraw: boolean): Window | undefined {
  const isSeen = [0, 1].some((fd) => terminalDevice(fd) !== undefined);
  const master = config.process.tty && isSeen ? masterIfKnown(directory) : undefined;
  return master === undefined ? undefined : new Window(master, redraw);
}

/** For input the error is reported; output is shown without. */
function masterIfKnown(directory: string): number | undefined {
  try {
    return masterOf(directory);
  } catch {
    return undefined;
  }
}
