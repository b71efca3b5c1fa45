import { inWords } from '../run/in-words.js';
import type { Observed, OutputLines } from '../run/items.js';
import { type Screen, withMargin } from '../terminal/screen.js';
import { formatStep } from '../terminal/steps.js';
import { wrap } from '../text/wrap.js';
import { beside, type Cell, columnHeads, shortened } from './beside.js';
import { formatCalls } from './calls.js';
import { formatChecks } from './checks.js';
import type { StepComparison } from './compare.js';
import type { Pair } from './pairs.js';
import { type ValueRow, valueRows } from './rows.js';

/** A step with and without, below its heading. What the lesson says of it holds for one of them only. */
export function formatStepComparison(comparison: StepComparison, screen: Screen): string[] {
  const { id, title, number, type } = comparison.step;
  return [...formatStep({ type, id, title, number }, screen), ...comparisonLines(comparison, screen)];
}

/** The calls, what was read and printed, the checks: in two columns, each with its head. */
export function comparisonLines(comparison: StepComparison, screen: Screen): string[] {
  const parts = [
    formatCalls(comparison, screen),
    ...comparison.observed.map((pair) => formatObserved(pair, screen)),
    ...comparison.output.map((pair) => formatOutput(pair, screen)),
    formatChecks(comparison.checks, screen),
  ];
  const body = parts
    .filter((lines) => lines.length > 0)
    .flatMap((lines, index) => (index === 0 ? lines : ['', ...lines]));
  return [...columnHeads(screen), ...body];
}

function formatObserved(pair: Pair<Observed>, screen: Screen): string[] {
  const { words, width, paint } = screen;
  const { path, from } = (pair.with ?? pair.without) as Observed;
  const subject = [{ text: words.named(path), paint: paint.bold }, { text: `  ${words.from[from]}` }];
  const [left, right] = [pair.with, pair.without].map((observed) => (observed ? inWords(observed, words) : ''));
  return [...withMargin(' ', wrap(subject, width - 2, 2)), ...formatValues(left ?? '', right ?? '', screen)];
}

function formatOutput(pair: Pair<OutputLines>, screen: Screen): string[] {
  const { command, stream } = (pair.with ?? pair.without) as OutputLines;
  const spans = [{ text: '$ ' }, { text: screen.words.named(command ?? ''), paint: screen.paint.bold }];
  const lines = command === undefined || stream === 'stderr' ? [] : withMargin(' ', wrap(spans, screen.width - 2, 4));
  return [...lines, ...formatValues(pair.with?.text ?? '', pair.without?.text ?? '', screen)];
}

function formatValues(withIt: string, withoutIt: string, screen: Screen): string[] {
  return valueRows(withIt, withoutIt).flatMap((row) => formatRow(row, screen));
}

function formatRow(row: ValueRow, screen: Screen): string[] {
  if ('hidden' in row) {
    const text = screen.words[row.same ? 'linesSame' : 'linesMore'](row.hidden);
    return [screen.paint.dim(`    ${screen.symbols.more} ${text}`)];
  }
  return beside(value(row.with, screen), value(row.without, screen), screen);
}

const MOST_LINES = 2;

function value(text: string, { symbols }: Screen): Cell {
  return (width) =>
    text === '' ? [] : withMargin(' ', shortened(wrap([{ text }], width - 2, 2), MOST_LINES, symbols.more));
}
