import type { Request } from '../document/lesson.js';
import type { CodePart } from '../highlight.js';
import type { Screen } from '../terminal/screen.js';
import type { Footnotes } from './footnotes.js';

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
