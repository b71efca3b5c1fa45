import { isWide } from '../../text/width.js';
import { headOf } from './arms.js';
import type { Cell, Grid } from './cells.js';

/** Words in a drawing, from a column on. */
export interface TextRun {
  readonly text: string;
  readonly row: number;
  readonly column: number;
  /** Columns. */
  readonly width: number;
  /** Of characters that take two columns each. */
  readonly wide: boolean;
}

/** The words of a drawing. Where two spaces stand, and where wide characters begin, a run ends: so each starts where it was drawn. */
export function textsOf(grid: Grid): TextRun[] {
  return grid.flatMap(textsOfRow);
}

function textsOfRow(cells: Grid[number], row: number): TextRun[] {
  const runs: { -readonly [Key in keyof TextRun]: TextRun[Key] }[] = [];
  for (const [column, cell] of cells.entries()) {
    if (!isText(cell)) continue;
    const wide = isWide(cell.character);
    const last = runs.at(-1);
    const gap = last === undefined ? Number.POSITIVE_INFINITY : column - last.column - last.width;
    const isSpace = gap === 1 && cells[column - 1]?.character === ' ';
    if (last?.wide === wide && (gap === 0 || isSpace)) {
      last.text += `${isSpace ? ' ' : ''}${cell.character}`;
      last.width = column - last.column + (wide ? 2 : 1);
    } else runs.push({ text: cell.character, row, column, width: wide ? 2 : 1, wide });
  }
  return runs;
}

function isText(cell: Cell | undefined): cell is Cell {
  return cell !== undefined && cell.character !== ' ' && !cell.arms && !headOf(cell.character);
}
