import { visibleLine } from '../../view/text/visible.js';
import { displayWidth, padToWidth } from '../../view/text/width.js';

const NARROWEST = 10;
const GAP = 3;

/** A table as Docker lays it out: columns at least ten wide, three blanks between, the last one as wide as it comes. */
export function renderTable(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const shown = [header, ...rows].map((row) => row.map(visibleLine));
  const widths = header.map((_, column) => widthOf(shown.map((row) => row[column] ?? '')));
  return shown.map((row) => `${renderRow(row, widths)}\n`).join('');
}

function widthOf(cells: readonly string[]): number {
  const longest = Math.max(...cells.map((cell) => displayWidth(cell)));
  return Math.max(NARROWEST, longest + GAP);
}

function renderRow(row: readonly string[], widths: readonly number[]): string {
  const last = row.length - 1;
  return row.map((cell, column) => (column === last ? cell : padToWidth(cell, widths[column] ?? 0))).join('');
}
