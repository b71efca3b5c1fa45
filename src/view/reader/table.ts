import type { Inline } from '../document/inline.js';
import type { Table } from '../document/nodes.js';
import { indent, stack } from '../text/lines.js';
import { displayWidth, padPainted } from '../text/width.js';
import { wrap } from '../text/wrap.js';
import { inside, type Page } from './page.js';
import { spansOf, wrapInlines } from './spans.js';

const GAP = 3;
/** A column of fewer columns is a string of single words. */
const NARROWEST_COLUMN = 12;
/** What is longer, a path, may be cut. */
const LONGEST_WORD = 24;
// As wrap() breaks: at spaces, and between any two characters of Chinese.
const BREAKS = /\s+|(?<=[\u3000-\u9fff\uff00-\uffef])/;

/** As a grid where that fits, with cells of several lines where it nearly fits; else each row as a paragraph of its own. */
export function formatTable(table: Table, page: Page): string[] {
  const widths = fitColumns(needsOf(table, page), page.width - GAP * (table.head.length - 1));
  return widths ? formatGrid(table, widths, page) : formatRecords(table, page);
}

/** Columns that a column of the table takes: for its longest word, and for its longest cell. */
export interface Need {
  readonly word: number;
  readonly all: number;
}

function needsOf({ head, rows }: Table, page: Page): Need[] {
  return head.map((_, column) => {
    const texts = [head, ...rows].map((row) => textOf(row[column] ?? [], page));
    const words = texts.flatMap((text) => text.split(BREAKS).map(displayWidth));
    return { word: Math.min(Math.max(...words), LONGEST_WORD), all: Math.max(...texts.map(displayWidth)) };
  });
}

function textOf(cell: readonly Inline[], page: Page): string {
  return spansOf(cell, page).reduce((text, span) => text + span.text, '');
}

/**
 * Each column gets what its longest word needs, and of the rest a part as large as what it lacks. Undefined where not even the words
 * have room.
 */
export function fitColumns(needs: readonly Need[], available: number): number[] | undefined {
  const least = needs.map(({ word, all }) => Math.min(all, Math.max(word, NARROWEST_COLUMN)));
  const free = available - sum(least);
  if (free < 0) return undefined;
  const lacks = needs.map(({ all }, column) => all - (least[column] ?? 0));
  const part = Math.min(1, free / Math.max(sum(lacks), 1));
  return least.map((width, column) => width + Math.floor((lacks[column] ?? 0) * part));
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

function formatGrid({ head, rows }: Table, widths: readonly number[], page: Page): string[] {
  const cells = rows.map((row) => wrapRow(row, widths, page));
  const airy = cells.some((row) => row.length > 1);
  const body = cells.flatMap((row, index) => (airy && index > 0 ? [ruleOf(widths, '┄', page), ...row] : row));
  const bold = wrapRow(head, widths, page).map((line) => page.paint.bold(line));
  return [...bold, ruleOf(widths, '─', page), ...body];
}

/** As many lines as the cell with the most lines has. */
function wrapRow(row: readonly Inline[][], widths: readonly number[], page: Page): string[] {
  const cells = widths.map((width, column) => wrap(spansOf(row[column] ?? [], page), width));
  const height = Math.max(...cells.map((lines) => lines.length));
  const bar = ` ${page.paint.dim(page.symbols.bar)} `;
  return Array.from({ length: height }, (_, line) => {
    const padded = cells.map((lines, column) => padPainted(lines[line] ?? '', widths[column] ?? 0));
    return padded.join(bar).trimEnd();
  });
}

function ruleOf(widths: readonly number[], line: '─' | '┄', { paint, unicode }: Page): string {
  const [stroke, cross] = unicode ? [line, '┼'] : [line === '─' ? '-' : ' ', line === '─' ? '+' : '|'];
  return paint.dim(widths.map((width) => stroke.repeat(width)).join(stroke + cross + stroke));
}

function formatRecords({ head, rows }: Table, page: Page): string[] {
  return stack(rows.map((row) => formatRecord(head, row, page)));
}

/** The first cell as a heading, the others below, each with the name of its column. */
function formatRecord(head: readonly Inline[][], [first = [], ...others]: readonly Inline[][], page: Page): string[] {
  const name = first.map((inline): Inline => (inline.code ? inline : { ...inline, strong: true }));
  const cells = others.flatMap((cell, index) => {
    if (cell.length === 0) return [];
    const label = [...(head[index + 1] ?? []), { text: page.words.colon }];
    return indent(wrapInlines([...label, ...cell], inside(page, 2), 2), 2);
  });
  return [...wrapInlines(name, page), ...cells];
}
