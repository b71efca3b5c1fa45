import { graphemes, graphemeWidth } from '../../text/width.js';
import { type Arms, armsOf } from './arms.js';

/** One place of the grid that a drawing stands on. */
export interface Cell {
  readonly character: string;
  /** The lines from its middle to its edges; absent for text. */
  readonly arms?: Arms;
}

/** What stands at each row and column; East Asian characters take two columns, the second of which is undefined. */
export type Grid = readonly (readonly (Cell | undefined)[])[];

/** Puts the characters of a drawing on a grid. */
export function parseGrid(art: string): Grid {
  return art.replace(/\n+$/, '').split('\n').map(parseRow);
}

function parseRow(line: string): (Cell | undefined)[] {
  return graphemes(line.trimEnd()).flatMap((character): (Cell | undefined)[] => {
    const arms = armsOf(character);
    const cell = arms === undefined ? { character } : { character, arms };
    return graphemeWidth(character) === 2 ? [cell, undefined] : [cell];
  });
}

/** Columns of the widest row. */
export function widthOf(grid: Grid): number {
  return Math.max(1, ...grid.map((row) => row.length));
}
