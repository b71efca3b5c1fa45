import type { CallRow } from '../run/items.js';
import { cutStrings } from '../run/name-causes.js';
import { countNames, hasFailed, resultOf } from '../run/sentences.js';
import { type Screen, verdictMark, withMargin } from '../terminal/screen.js';
import { wrap } from '../text/wrap.js';
import { beside, type Cell } from './beside.js';
import type { StepComparison } from './compare.js';
import type { Pair } from './pairs.js';

const MOST_CALLS = 4;

/** The calls that make the difference; in a later step those that end otherwise. The rest is counted. */
export function formatCalls({ step, calls }: StepComparison, screen: Screen): string[] {
  const shown = calls.filter((pair) => step.skipped || (pair.with && pair.without)).slice(0, MOST_CALLS);
  const others = calls.filter((pair) => !shown.includes(pair));
  return [...shown.flatMap((pair) => formatPair(pair, screen)), ...formatNames(others, screen)];
}

function formatPair({ with: one, without: other }: Pair<CallRow>, screen: Screen): string[] {
  if (!one) return other ? beside(nothing, made(textOf(other)), screen) : [];
  if (!other) return beside(made(textOf(one)), struck(textOf(one), screen), screen);
  return beside(made(`${textOf(one)} ${resultOf(one)}`), ended(other, screen), screen);
}

/** `openat ×3, mount`: those that only one of them has made. */
function formatNames(calls: readonly Pair<CallRow>[], screen: Screen): string[] {
  const missing = namesOf(
    calls.filter(({ without }) => !without),
    screen,
  );
  const instead = namesOf(
    calls.filter((pair) => !pair.with),
    screen,
  );
  // The same calls, elsewhere.
  if (missing === instead) return [];
  return [
    ...(missing ? beside(made(missing), struck(missing, screen), screen) : []),
    ...(instead ? beside(nothing, made(instead), screen) : []),
  ];
}

function namesOf(calls: readonly Pair<CallRow>[], { symbols, words }: Screen): string {
  const names = calls.map((pair) => (pair.with ?? pair.without)?.name ?? '');
  return countNames(names, (times) => ` ${symbols.times}${times}`).join(words.comma);
}

function textOf({ text }: CallRow): string {
  return cutStrings(text);
}

const nothing: Cell = () => [];

function made(text: string): Cell {
  return (width) => withMargin(' ', wrap([{ text }], width - 2, 2));
}

function ended(call: CallRow, screen: Screen): Cell {
  const mark = verdictMark(!hasFailed(call), screen);
  return (width) => withMargin(mark, wrap([{ text: resultOf(call) }], width - 2, 2));
}

/** Not all terminals strike through (SGR 9, ECMA-48), so there is a mark as well. */
function struck(text: string, { paint, symbols }: Screen): Cell {
  const line = [{ text, paint: paint.strikethrough }];
  return (width) => withMargin(paint.yellow.bold(symbols.skipped), wrap(line, width - 2, 2));
}
