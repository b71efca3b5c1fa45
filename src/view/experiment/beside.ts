import type { Screen } from '../terminal/screen.js';
import { displayWidth, padPainted, padToWidth } from '../text/width.js';

/** The lines of a cell, none wider than so many columns. */
export type Cell = (width: number) => readonly string[];

const WIDE_ENOUGH = 80;
const MARGIN = 2;
const GAP = 3;

/** With on the left and without on the right; below 80 columns one under the other, each behind its name. */
export function beside(withIt: Cell, withoutIt: Cell, screen: Screen): string[] {
  return screen.width < WIDE_ENOUGH ? below(withIt, withoutIt, screen) : inColumns(withIt, withoutIt, screen);
}

/** The names of the columns; nothing where there are none. */
export function columnHeads({ words, paint, ...screen }: Screen): string[] {
  const head = (text: string) => () => [paint.bold(text)];
  const { withIt, withoutIt } = words.experiment;
  return screen.width < WIDE_ENOUGH ? [] : inColumns(head(withIt), head(withoutIt), { words, paint, ...screen });
}

function inColumns(withIt: Cell, withoutIt: Cell, { width, symbols }: Screen): string[] {
  const column = Math.floor((width - MARGIN - GAP) / 2);
  const [left, right] = [withIt(column), withoutIt(column)];
  const rows = Array.from({ length: Math.max(left.length, right.length) }, (_, row) => row);
  return rows.map((row) => {
    const line = `${' '.repeat(MARGIN)}${padPainted(left[row] ?? '', column)} ${symbols.bar} ${right[row] ?? ''}`;
    return line.trimEnd();
  });
}

function below(withIt: Cell, withoutIt: Cell, { width, words }: Screen): string[] {
  const names = [words.experiment.withIt, words.experiment.withoutIt];
  const label = Math.max(...names.map(displayWidth)) + MARGIN;
  return [withIt, withoutIt].flatMap((cell, index) =>
    cell(width - MARGIN - label).map((line, row) => {
      const name = padToWidth(row === 0 ? (names[index] ?? '') : '', label);
      return `${' '.repeat(MARGIN)}${name}${line}`.trimEnd();
    }),
  );
}

/** At most so many lines, and one that says that there are more. */
export function shortened(lines: readonly string[], most: number, more: string): readonly string[] {
  return lines.length > most + 1 ? [...lines.slice(0, most), more] : lines;
}
