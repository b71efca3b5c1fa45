import { type DiffRow, diffLines } from '../probe/diff-lines.js';
import type { Change } from './arrange.js';

/** A row of a comparison, or a number of rows that say the same before and after. */
export type Row = DiffRow | { readonly change: 'folded'; readonly count: number };

const LONGEST_RUN = 5;

/** The lines of a change beside each other; of a long run that is the same, only the ends. */
export function rowsOf({ before, after }: Change): Row[] {
  const rows = diffLines(inWords(before.value), inWords(after.value));
  return runsOf(rows).flatMap((run) => (isLong(run) ? fold(run) : run));
}

/** A value that has nothing to show, in words. */
export function inWords(value: string | null): string {
  if (value === null) return '(does not exist)';
  return value.trim() === '' ? '(empty)' : value.replace(/\n+$/, '');
}

/** Cuts rows where a run of equal lines starts or ends. */
function runsOf(rows: readonly DiffRow[]): DiffRow[][] {
  const runs: DiffRow[][] = [];
  for (const row of rows) {
    const run = runs.at(-1);
    if (run?.[0] && (run[0].change === 'same') === (row.change === 'same')) run.push(row);
    else runs.push([row]);
  }
  return runs;
}

function isLong(run: readonly DiffRow[]): boolean {
  return run[0]?.change === 'same' && run.length > LONGEST_RUN;
}

function fold(run: readonly DiffRow[]): Row[] {
  return [...run.slice(0, 1), { change: 'folded', count: run.length - 2 }, ...run.slice(-1)];
}
