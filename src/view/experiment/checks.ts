import type { Check } from '../../lab/events.js';
import { type Screen, verdictMark, withMargin } from '../terminal/screen.js';
import { wrap } from '../text/wrap.js';
import { beside, type Cell, shortened } from './beside.js';
import { agrees } from './compare.js';
import type { Pair } from './pairs.js';

const MOST_LINES = 3;

/** The checks of a step: those that differ with what was found, then those that come out the same. */
export function formatChecks(checks: readonly Pair<Check>[], screen: Screen): string[] {
  const same = checks.filter(agrees);
  const other = checks.filter((pair) => !agrees(pair));
  return [...other.flatMap((pair) => formatPair(pair, screen)), ...same.flatMap((pair) => formatSame(pair, screen))];
}

function formatPair(pair: Pair<Check>, screen: Screen): string[] {
  const { name = '' } = pair.with ?? pair.without ?? {};
  const { paint, width, words } = screen;
  return [
    ...withMargin(' ', wrap([{ text: words.named(name), paint: paint.bold }], width - 2, 2)),
    ...beside(found(pair.with, screen), found(pair.without, screen), screen),
  ];
}

function found(check: Check | undefined, screen: Screen): Cell {
  const { paint, symbols, words } = screen;
  if (!check) return () => [words.experiment.notReached];
  const { held } = check;
  const [expected = '', actual = ''] = [check.expected, check.actual].map((text) => words.named(text));
  const mark = verdictMark(held, screen);
  const spans = held
    ? [{ text: actual }]
    : [{ text: words.expected(expected) }, { text: words.got(actual), paint: paint.red.bold }];
  return (width) => withMargin(mark, shortened(wrap(spans, width - 2), MOST_LINES, symbols.more));
}

function formatSame({ with: check }: Pair<Check>, screen: Screen): string[] {
  if (!check) return [];
  const text = screen.words.experiment.inBoth(screen.words.named(check.name));
  return withMargin(verdictMark(check.held, screen), wrap([{ text }], screen.width - 2));
}
