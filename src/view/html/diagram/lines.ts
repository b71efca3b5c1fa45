import { headOf, type Stroke } from './arms.js';
import type { Cell, Grid } from './cells.js';

/** A straight line between two points of the grid, in half cells: the middle of the first cell is at 1, 1. */
export interface Line {
  readonly stroke: Stroke;
  readonly from: readonly [x: number, y: number];
  readonly to: readonly [x: number, y: number];
}

/** All straight lines of a drawing, each as long as it goes on in one stroke. */
export function linesOf(grid: Grid): Line[] {
  const columns = Math.max(0, ...grid.map((row) => row.length));
  const across = grid.flatMap((row, y) =>
    joinHalves(halvesOf(row, 'l', 'r')).map(({ stroke, start, end }) =>
      line(stroke, [start, 2 * y + 1], [end, 2 * y + 1]),
    ),
  );
  const down = Array.from({ length: columns }, (_, x) => grid.map((row) => row[x])).flatMap((column, x) =>
    joinHalves(halvesOf(column, 'u', 'd')).map(({ stroke, start, end }) =>
      line(stroke, [2 * x + 1, start], [2 * x + 1, end]),
    ),
  );
  return [...across, ...down];
}

function line(stroke: Stroke, from: Line['from'], to: Line['to']): Line {
  return { stroke, from, to };
}

/** Two entries a cell: the stroke from its edge to its middle, and from there to the other edge. */
function halvesOf(cells: readonly (Cell | undefined)[], back: string, forth: string): (Stroke | undefined)[] {
  return cells.flatMap((cell, index) => {
    const head = cell && headOf(cell.character);
    // The line goes on into the head of its arrow.
    if (head === forth) return [strokeTo(cells[index - 1], forth), undefined];
    if (head === back) return [undefined, strokeTo(cells[index + 1], back)];
    return [strokeTo(cell, back), strokeTo(cell, forth)];
  });
}

function strokeTo(cell: Cell | undefined, direction: string): Stroke | undefined {
  return cell?.arms?.to.includes(direction) && !cell.arms.round ? cell.arms.stroke : undefined;
}

interface Run {
  stroke: Stroke;
  start: number;
  end: number;
}

function joinHalves(halves: readonly (Stroke | undefined)[]): Run[] {
  const runs: Run[] = [];
  for (const [at, stroke] of halves.entries()) {
    const last = runs.at(-1);
    if (stroke === undefined) continue;
    if (last?.stroke === stroke && last.end === at) last.end = at + 1;
    else runs.push({ stroke, start: at, end: at + 1 });
  }
  return runs;
}
