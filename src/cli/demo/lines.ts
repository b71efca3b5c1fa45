import { stripVTControlCharacters } from 'node:util';
import { isRunning } from '../../view/demo/pages.js';
import { type Demo, type Extent, heldNow, type Page, pageOf } from '../../view/demo/state.js';
import { helpLines, plainPrompt, promptLine } from '../../view/paced/prompt.js';
import type { Course, PacedScreen } from '../../view/paced/screen.js';
import { formatHeld, plainHeld } from '../../view/terminal/hold.js';
import { screenOf } from '../../view/terminal/screen.js';
import type { Sink } from '../../view/view.js';
import type { Display } from './controller.js';

/** How a run is written, line below line. */
export interface Writing {
  readonly sink: Sink;
  readonly course: Course;
  /** Lines that can be seen at once, but for that of the keys. */
  readonly rows: () => number;
  readonly linesOf: (demo: Demo, page: Page, screen: PacedScreen) => string[];
  /** A terminal that can erase the line of the keys and write it anew; else each stays, and what is long is not shown by parts. */
  readonly erases: boolean;
  /** Whether there is a whole screen to change to. */
  readonly fills: boolean;
}

const ERASE_LINE = '\r\x1b[K';

/** Writes to the ordinary screen what has come since, and what the keys do now on its last line. */
export class Lines implements Display {
  readonly #writing: Writing;
  /** The page that is being written, and how many of its lines are. */
  #page = 0;
  #written = 0;
  /** What the last key has asked for beside the pages. */
  #asked: 'help' | 'commands' | undefined;
  /** On the way to a step that was asked for. */
  #passes = false;
  #prompt = '';

  constructor(writing: Writing) {
    this.#writing = writing;
  }

  extentOf(demo: Demo): Extent {
    if (!this.#writing.erases) return { lines: 0, rows: 0 };
    const screen = this.#screen;
    const body = bodyOf(this.#linesOf(demo, demo.page, screen));
    const end = endOfPart(body, demo.scroll, screen.rows);
    return { lines: body.length, rows: end < body.length ? end - demo.scroll : screen.rows };
  }

  show(demo: Demo): void {
    const screen = this.#screen;
    const lines = [...this.#unwritten(demo, screen), ...this.#beside(demo, screen)];
    const prompt = this.#promptFor(demo, screen);
    if (lines.length === 0 && prompt === this.#prompt) return;
    const before = this.#prompt !== '' && this.#writing.erases ? ERASE_LINE : '';
    this.#prompt = prompt;
    this.#write(`${before}${lines.map((line) => `${line}\n`).join('')}${prompt}`);
  }

  /** The line of the keys is gone, or no longer where it was: it is written again. */
  forgetPrompt(): void {
    this.#prompt = '';
  }

  erasePrompt(): void {
    if (this.#prompt !== '' && this.#writing.erases) this.#write(ERASE_LINE);
    this.#prompt = '';
  }

  /** The run begins anew. */
  begin(): void {
    this.#page = 0;
    this.#written = 0;
  }

  get #screen(): PacedScreen {
    const { sink, course, fills, rows } = this.#writing;
    return { ...screenOf(sink), rows: rows(), course, fills };
  }

  #linesOf(demo: Demo, page: number, screen: PacedScreen): string[] {
    return this.#writing.linesOf(demo, pageOf({ ...demo, page }), screen);
  }

  /** Whole pages before the one that the demo has come to, and of that as much as it has come to; none of those that it runs past. */
  #unwritten(demo: Demo, screen: PacedScreen): string[] {
    const lines: string[] = [];
    while (this.#page < demo.page) {
      if (this.#page === 0 || !this.#passes) lines.push(...this.#rest(this.#linesOf(demo, this.#page, screen)));
      this.#page++;
      this.#written = 0;
    }
    this.#passes = demo.until !== undefined;
    const page = pageOf({ ...demo, page: this.#page });
    if (page.kind === 'after' && isRunning(demo, page)) return lines;
    return [...lines, ...this.#rest(this.#visiblePart(demo, screen))];
  }

  #visiblePart(demo: Demo, screen: PacedScreen): string[] {
    const all = this.#linesOf(demo, demo.page, screen);
    if (!this.#writing.erases) return all;
    const body = bodyOf(all);
    return all.slice(0, all.length - body.length + endOfPart(body, demo.scroll, screen.rows));
  }

  #rest(lines: readonly string[]): string[] {
    const rest = lines.slice(this.#written);
    this.#written = Math.max(this.#written, lines.length);
    return rest;
  }

  #beside(demo: Demo, screen: PacedScreen): string[] {
    const asked = demo.help ? 'help' : demo.commands ? 'commands' : undefined;
    const isNew = asked !== this.#asked;
    this.#asked = asked;
    if (!isNew || !asked) return [];
    return asked === 'help' ? ['', ...helpLines(screen)] : this.#commands(demo, screen);
  }

  #commands(demo: Demo, screen: PacedScreen): string[] {
    const held = heldNow(demo);
    if (!held) return [];
    return this.#writing.erases ? formatHeld(held, screen) : plainHeld(held, screen.words);
  }

  #promptFor(demo: Demo, screen: PacedScreen): string {
    const page = pageOf(demo);
    const extent = this.extentOf(demo);
    if (!this.#writing.erases) return plainPrompt(demo, page, screen);
    return screen.paint.inverse(promptLine(demo, page, extent, screen));
  }

  /** Nobody reads where it fails: the terminal is gone, which the keyboard tells. */
  #write(text: string): void {
    this.#writing.sink.write(text).catch(() => {});
  }
}

/** Without the empty line that parts a page from what is above it, which may leave the screen. */
function bodyOf(lines: readonly string[]): readonly string[] {
  return lines[0] === '' ? lines.slice(1) : lines;
}

/** How many lines fit on a screen that begins at one of them; fewer, down to half of it, where something begins that would be cut in two. */
function endOfPart(lines: readonly string[], start: number, rows: number): number {
  const end = start + rows;
  if (end >= lines.length) return end;
  const least = start + Math.ceil(rows / 2);
  const texts = lines.slice(0, end + 1).map(stripVTControlCharacters);
  const places = [ITEM, ROW].map((begins) => texts.findLastIndex((text, index) => index >= least && begins.test(text)));
  return places.find((place) => place !== -1) ?? end;
}

/** Something at the margin, but no row of a comparison and no line of output; and a row of something, but no line that goes on with one. */
const [ITEM, ROW] = [/^ {0,2}[^\s~+!│|-]/, /^ {0,4}\S/];
