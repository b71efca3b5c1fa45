import { type DiffRow, diffLines, isSame, runsOf } from '../text/diff-lines.js';
import { comparable } from './pairs.js';

/** A line of each run, or lines left out: those that are the same in both, or those that are too many. */
export type ValueRow =
  | { readonly with: string; readonly without: string }
  | { readonly hidden: number; readonly same: boolean };

const MOST_ROWS = 6;

/** Two texts line by line where they differ; of more than six rows the first ones. */
export function valueRows(withIt: string, withoutIt: string): ValueRow[] {
  const rows = runsOf(alignLines(withIt, withoutIt)).flatMap(shorten);
  if (rows.length <= MOST_ROWS) return rows;
  const hidden = rows.slice(MOST_ROWS - 1).reduce((sum, row) => sum + ('hidden' in row ? row.hidden : 1), 0);
  return [...rows.slice(0, MOST_ROWS - 1), { hidden, same: false }];
}

/** The lines meet by what is the same in each run. */
function alignLines(withIt: string, withoutIt: string): DiffRow[] {
  const [left, right] = [withIt.split('\n'), withoutIt.split('\n')];
  return diffLines(comparable(withIt), comparable(withoutIt)).map(({ before, after, change }) => ({
    change,
    ...(before !== undefined && { before: left.shift() ?? '' }),
    ...(after !== undefined && { after: right.shift() ?? '' }),
  }));
}

/** What agrees is counted; what only one of them says stands beside what only the other says. */
function shorten(run: readonly DiffRow[]): ValueRow[] {
  const [left, right] = [linesOf(run, 'before'), linesOf(run, 'after')];
  if (run[0] && isSame(run[0]) && run.length > 2) return [{ hidden: run.length, same: true }];
  const rows = Array.from({ length: Math.max(left.length, right.length) }, (_, row) => row);
  return rows.map((row) => ({ with: left[row] ?? '', without: right[row] ?? '' }));
}

function linesOf(run: readonly DiffRow[], side: 'before' | 'after'): string[] {
  return run.map((row) => row[side]).filter((line) => line !== undefined);
}
