import { visibleLine } from '../../view/text/visible.js';
import { displayWidth, padToWidth } from '../../view/text/width.js';

const NARROWEST = 10;
const GAP = 3;

/** A table as Docker lays it out. */
export function renderTable(header: readonly string[], rows: readonly (readonly string[])[]): string {
  return alignColumns([header, ...rows].map((row) => row.map(visibleLine)));
}

/** Lines of cells that can be shown: columns at least ten wide, three blanks between, the last one as wide as it comes. */
export function alignColumns(lines: readonly (readonly string[])[]): string {
  const columns = Math.max(...lines.map((cells) => cells.length));
  const widths = Array.from({ length: columns }, (_, column) => widthOf(lines.map((cells) => cells[column] ?? '')));
  return lines.map((cells) => `${renderRow(cells, widths)}\n`).join('');
}

function widthOf(cells: readonly string[]): number {
  const longest = Math.max(...cells.map((cell) => displayWidth(cell)));
  return Math.max(NARROWEST, longest + GAP);
}

function renderRow(row: readonly string[], widths: readonly number[]): string {
  const last = row.length - 1;
  return row.map((cell, column) => (column === last ? cell : padToWidth(cell, widths[column] ?? 0))).join('');
}
