import { displayWidth, padToWidth } from '../text/width.js';
import type { Words } from '../words/index.js';
import type { Observed } from './items.js';

/** What stands in the place of a value that has nothing to show, or that the lab has put in words. */
export type ValueWords = Pick<Words, 'missing' | 'empty' | 'named'>;

/** What was observed, in words where there is nothing to show, and where the lab says it in words: all of it, a line, or a table. */
export function inWords({ path, value }: Pick<Observed, 'path' | 'value'>, words: ValueWords): string {
  if (value === null) return words.missing;
  const text = value.replace(/\n+$/, '');
  if (text.trim() === '') return words.empty;
  const whole = words.named(text);
  if (whole !== text) return whole;
  const lines = text.split('\n');
  const isTable = words.named(path) !== path && lines.some((line) => COLUMNS.test(line));
  return (isTable ? tableInWords(lines, words) : lines.map((line) => lineInWords(line, words))).join('\n');
}

/** Between two columns of a table of a lab. */
const COLUMNS = / {2,}/;

/** A single word may be what a file or a program says. */
function lineInWords(line: string, { named }: ValueWords): string {
  return line.includes(' ') ? named(line) : line;
}

/** Columns are set again: words of another language have other widths. */
function tableInWords(lines: readonly string[], { named }: ValueWords): string[] {
  const rows = lines.map((line) => line.split(COLUMNS).map(named));
  if (rows.every((cells, row) => cells.join(' ') === lines[row]?.replace(/ +/g, ' '))) return [...lines];
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((cells) => displayWidth(cells[column] ?? '')))) ?? [];
  return rows.map((cells) =>
    cells
      .map((cell, column) => (column < cells.length - 1 ? padToWidth(cell, (widths[column] ?? 0) + 2) : cell))
      .join(''),
  );
}
