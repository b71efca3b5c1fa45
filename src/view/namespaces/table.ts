import type { Screen } from '../terminal/screen.js';
import { cutToWidth, displayWidth, padToWidth } from '../text/width.js';

const GAP = '  ';

/** A column that has to give room keeps at least so many. */
const LEAST = 8;

/**
 * Rows of cells as lines, the first of them headings. The last column gets what is left of the screen; where that is too little, the one
 * before it gives.
 */
export function formatTable(rows: readonly (readonly string[])[], right: readonly number[], screen: Screen): string[] {
  const widths = narrowed(widthsOf(rows), screen.width);
  const lines = rows.map((cells) => formatRow(cells, widths, { right, more: screen.symbols.more }));
  return lines.map((line, i) => (i === 0 ? screen.paint.bold(line) : line));
}

function widthsOf(rows: readonly (readonly string[])[]): number[] {
  const [headings = []] = rows;
  return headings.map((_, column) => Math.max(...rows.map((cells) => displayWidth(cells[column] ?? ''))));
}

function narrowed(widths: readonly number[], columns: number): number[] {
  const gaps = GAP.length * (widths.length - 1);
  const over = widths.reduce((sum, width) => sum + width, gaps) - columns;
  const [before = 0, last = 0] = widths.slice(-2);
  const fromLast = Math.min(Math.max(over, 0), Math.max(last - LEAST, 0));
  const fromBefore = Math.min(Math.max(over - fromLast, 0), Math.max(before - LEAST, 0));
  return [...widths.slice(0, -2), before - fromBefore, last - fromLast];
}

interface Style {
  readonly right: readonly number[];
  readonly more: string;
}

function formatRow(cells: readonly string[], widths: readonly number[], { right, more }: Style): string {
  const padded = cells.map((cell, column) => {
    const width = widths[column] ?? 0;
    const text = cut(cell, width, more);
    return right.includes(column) ? ' '.repeat(width - displayWidth(text)) + text : padToWidth(text, width);
  });
  return padded.join(GAP).trimEnd();
}

/** The start of what is too wide, and a mark. */
function cut(text: string, width: number, more: string): string {
  return displayWidth(text) <= width ? text : cutToWidth(text, width - displayWidth(more)) + more;
}
