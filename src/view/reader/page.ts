import type { Transcript } from '../../lesson/blocks.js';
import type { CodePart } from '../highlight.js';
import type { Item } from '../run/items.js';
import type { Screen } from '../terminal/screen.js';
import type { Words } from '../words/index.js';
import type { Footnotes } from './footnotes.js';

/** What readers show of a lesson, and to whom. */
export interface Request {
  /** As the reader calls the lesson: `03`. */
  readonly name: string;
  /** Whether predict blocks tell which choice is right, and why. */
  readonly answers: boolean;
  /** How many hints of each section are open. */
  readonly hints: number;
  /** Of the lesson's language. */
  readonly words: Words;
  /** What a recorded run told; undefined where there is no recording. */
  readonly itemsOf: (transcript: Transcript) => readonly Item[] | undefined;
}

/** What the formatters need to know: the terminal, and the request. */
export interface Page extends Screen, Request {
  /** Columns of a line of prose. Code, tables and diagrams may take all of `width`. */
  readonly measure: number;
  /** Absent: code is not coloured. */
  readonly highlight?: (code: string, language: string) => CodePart[][];
  /** Absent: links are OSC 8 sequences, which the terminal makes clickable. */
  readonly footnotes?: Footnotes;
}

/** Longer lines of prose are hard to read. */
const WIDEST_PROSE = 88;
const NARROW = 40;

/** Columns left free on the left of what belongs to a heading. */
export function marginOf({ width }: Pick<Page, 'width'>): number {
  return width < NARROW ? 0 : 2;
}

/** How many columns prose takes on a terminal with so many. */
export function measureOf(columns: number): number {
  return Math.min(columns, WIDEST_PROSE);
}

/** The page for what stands inside of something that takes some columns itself. */
export function inside(page: Page, columns: number): Page {
  const width = Math.max(page.width - columns, 1);
  return { ...page, width, measure: Math.min(page.measure, width) };
}

/** Each line moved to the right; an empty one stays empty. */
export function indent(lines: readonly string[], columns: number): string[] {
  return lines.map((line) => (line === '' ? '' : ' '.repeat(columns) + line));
}

/** Blocks one after the other with an empty line in between; those without lines leave none. */
export function stack(blocks: readonly (readonly string[])[]): string[] {
  return blocks.filter((lines) => lines.length > 0).flatMap((lines, index) => (index === 0 ? lines : ['', ...lines]));
}
