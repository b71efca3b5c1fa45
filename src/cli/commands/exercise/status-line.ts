import type { FactSeen } from '../../../exercise/events.js';
import { verdictMark } from '../../../view/terminal/screen.js';
import { withoutMarks } from '../../../view/text/markdown.js';
import { displayWidth } from '../../../view/text/width.js';
import { wrap } from '../../../view/text/wrap.js';
import { cardOf, type Shown } from './screen.js';

/** A terminal that is lower keeps all its rows for the shell. */
const LEAST_ROWS = 8;

/** DECSC and DECRC: the cursor goes back to where the shell has it. */
const [SAVE, RESTORE] = ['\x1b7', '\x1b8'];

/**
 * The last row of the terminal, below a shell that has the others: which facts hold, and the first that does not. It is written again at
 * each look, since what runs in the shell may have cleared it.
 */
export class StatusLine {
  readonly #view: Shown;
  #isOver = false;
  /** The facts as they were when the shell still ran: what was started in it may be gone with it. */
  last: readonly FactSeen[] = [];

  constructor(view: Shown) {
    this.#view = view;
  }

  /** How many rows at the bottom it takes from the shell. */
  get rows(): number {
    return process.stdout.rows >= LEAST_ROWS && process.env.TERM !== 'dumb' ? 1 : 0;
  }

  readonly show = (seen: readonly FactSeen[]): void => {
    if (this.#isOver) return;
    this.last = seen;
    if (this.rows === 0) return;
    const { rows } = process.stdout;
    // The region that scrolls ends above it (DECSTBM, which moves the cursor).
    this.#write(`${SAVE}\x1b[1;${rows - 1}r\x1b[${rows};1H\x1b[2K${this.#line(seen)}${RESTORE}`);
  };

  /** Gives the row back. */
  clear(): void {
    this.#isOver = true;
    if (this.rows > 0) this.#write(`${SAVE}\x1b[r\x1b[${process.stdout.rows};1H\x1b[2K${RESTORE}`);
  }

  #line(seen: readonly FactSeen[]): string {
    const screen = this.#view.screen();
    const { exercise } = screen.words;
    const held = seen.filter((fact) => fact.held).length;
    const marks = seen.map((fact) =>
      fact.held || fact.at !== null ? verdictMark(fact.held, screen) : screen.symbols.expected,
    );
    const broken = seen.find((fact) => !fact.held);
    const said = broken ? (cardOf(this.#view).text.facts.get(broken.fact)?.broken ?? '') : exercise.statusSolved;
    const count = `${exercise.status(held, seen.length)} `;
    const room = screen.width - displayWidth(count) - seen.length - 3;
    const text = cutEnd(withoutMarks(said), room, screen.symbols.more);
    return ` ${count}${marks.join('')} ${broken ? text : screen.paint.green.bold(text)}`;
  }

  #write(text: string): void {
    process.stdout.write(text);
  }
}

/** As many of its words as there is room for. */
function cutEnd(text: string, width: number, more: string): string {
  const [first = '', ...rest] = wrap([{ text }], width - displayWidth(more));
  return rest.length > 0 ? `${first}${more}` : first;
}
