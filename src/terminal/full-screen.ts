import type { ReadStream, WriteStream } from 'node:tty';
import { ignoringErrors, Keyboard } from './keyboard.js';

/** Alternate screen, no cursor, no wrapping of lines (DEC private modes 1049, 25 and 7); and all of that undone. */
const ENTER = '\x1b[?1049h\x1b[?25l\x1b[?7l';
const LEAVE = '\x1b[?7h\x1b[?25h\x1b[?1049l';

/** What happens at a terminal. */
export interface TerminalEvents {
  readonly onKey: (key: string) => void;
  readonly onResize: () => void;
  /** The terminal is gone. */
  readonly onClose: () => void;
}

/** The whole of a terminal, until it is left; it is left as it was, however this process ends, but for SIGKILL. */
export class FullScreen {
  readonly #keyboard: Keyboard;
  readonly #output: WriteStream;
  readonly #events: TerminalEvents;
  #entered = false;

  constructor(input: ReadStream, output: WriteStream, events: TerminalEvents) {
    [this.#output, this.#events] = [output, events];
    const onStop = () => this.#output.write(LEAVE);
    this.#keyboard = new Keyboard(input, { ...events, onStop, onContinue: this.#again });
  }

  /** At least one column and row, whatever the terminal says. */
  get size(): { columns: number; rows: number } {
    return { columns: Math.max(this.#output.columns || 80, 1), rows: Math.max(this.#output.rows || 24, 1) };
  }

  enter(): void {
    this.#entered = true;
    process.on('exit', this.leave);
    // What is told about a bug would vanish with this screen.
    process.on('uncaughtExceptionMonitor', this.leave);
    this.#output.on('resize', this.#events.onResize);
    this.#keyboard.enter();
    this.#output.write(ENTER);
  }

  write(text: string): void {
    this.#output.write(text);
  }

  /** Does nothing where it has been left already. */
  readonly leave = (): void => {
    if (!this.#entered) return;
    this.#entered = false;
    process.off('exit', this.leave);
    process.off('uncaughtExceptionMonitor', this.leave);
    this.#output.off('resize', this.#events.onResize);
    ignoringErrors(() => this.#output.write(LEAVE));
    this.#keyboard.leave();
  };

  /** After a stop, when a shell has had the terminal for itself. */
  readonly #again = (): void => {
    this.#output.write(ENTER);
    this.#events.onResize();
  };
}

/** A terminal that can do so shows all that stands between these at once; others ignore them (DEC private mode 2026). */
const [TOGETHER, SHOW] = ['\x1b[?2026h', '\x1b[?2026l'];

/**
 * What turns one screen into another: the rows that differ, each from its start, the cursor moved there. Empty where none does.
 * A row is erased before it is written: behind a full one the cursor still stands on its last column, and would erase that.
 */
export function repaint(before: readonly string[] | undefined, after: readonly string[]): string {
  const rows = after.map((line, row) => (before?.[row] === line ? '' : `\x1b[${row + 1};1H\x1b[2K${line}`)).join('');
  const start = before ? '' : '\x1b[H\x1b[2J';
  return start + rows === '' ? '' : `${TOGETHER}${start}${rows}${SHOW}`;
}
