import { abridge } from '../text/abridge.js';
import { type DiffRow, diffLines, isSame, runsOf } from '../text/diff-lines.js';
import type { Words } from '../words/index.js';
import { inWords, type ValueWords } from './in-words.js';
import type { Change } from './items.js';

/** A row of a comparison, or rows left out. */
export type Row = DiffRow | Folded;

/** So many rows that say the same before and after, or that differ like those around. */
export interface Folded {
  readonly change: 'folded';
  readonly count: number;
  readonly same: boolean;
}

/** A value of more lines is shown by its ends. The mount table of a container (lab 02) has fewer. */
export const LONGEST_VALUE = 24;

/** The same for what a program printed at once: `ps` on the host prints hundreds of lines. */
export const LONGEST_OUTPUT = 16;

/** The tables of lab 12 have seven rows: with a step left out, a row that stayed what it was is the leak. */
const LONGEST_RUN_OF_SAME = 7;

/** The lines of a change beside each other; of a long run, only the ends. */
export function rowsOf({ before, after }: Change, words: ValueWords): Row[] {
  return runsOf(diffLines(inWords(before, words), inWords(after, words))).flatMap(foldRun);
}

/** `28 lines the same`. */
export function foldedText({ count, same }: Folded, { linesSame, linesMore }: Words): string {
  return same ? linesSame(count) : linesMore(count);
}

function foldRun(run: readonly DiffRow[]): readonly Row[] {
  if (run[0] && isSame(run[0])) return foldSame(run);
  const { first, hidden, last } = abridge(run, LONGEST_VALUE);
  return hidden === 0 ? first : [...first, { change: 'folded', count: hidden, same: false }, ...last];
}

function foldSame(run: readonly DiffRow[]): readonly Row[] {
  if (run.length <= LONGEST_RUN_OF_SAME) return run;
  return [...run.slice(0, 1), { change: 'folded', count: run.length - 2, same: true }, ...run.slice(-1)];
}
