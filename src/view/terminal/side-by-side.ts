import { type Folded, foldedText, type Row } from '../run/rows.js';
import { displayWidth, padToWidth } from '../text/width.js';
import type { Screen } from './screen.js';

const WIDE_ENOUGH = 80;
const NARROWEST_COLUMN = 24;
const MARK = { same: ' ', folded: ' ', added: '+', removed: '-', changed: '~' } as const;

/** Before on the left, after on the right, a mark where they differ; undefined where that does not fit. */
export function sideBySide(rows: readonly Row[], screen: Screen): string[] | undefined {
  const { words } = screen;
  const left = Math.max(NARROWEST_COLUMN, ...rows.map((row) => displayWidth(beforeOf(row, screen))));
  const right = Math.max(...rows.map((row) => displayWidth(afterOf(row, screen))));
  const separator = ` ${screen.symbols.bar} `;
  if (screen.width < WIDE_ENOUGH || 4 + left + separator.length + right > screen.width) return undefined;
  const head = `    ${padToWidth(words.before, left)}${separator}${words.after}`;
  return [head, ...rows.map((row) => formatRow(row, left, screen))];
}

function formatRow(row: Row, left: number, screen: Screen): string {
  const { paint, symbols } = screen;
  const differs = row.change !== 'same' && row.change !== 'folded';
  const before = padToWidth(beforeOf(row, screen), left);
  const after = afterOf(row, screen);
  const mark = differs ? paint.yellow.bold(MARK[row.change]) : ' ';
  const line = `  ${mark} ${before} ${symbols.bar} ${differs ? paint.bold(after) : after}`;
  return after === '' ? line.trimEnd() : line;
}

/** `… 28 lines the same`. */
export function foldedRow(row: Folded, { symbols, words }: Screen): string {
  return `${symbols.more} ${foldedText(row, words)}`;
}

function beforeOf(row: Row, screen: Screen): string {
  return row.change === 'folded' ? foldedRow(row, screen) : (row.before ?? '');
}

function afterOf(row: Row, { symbols }: Screen): string {
  return row.change === 'folded' ? symbols.more : (row.after ?? '');
}
