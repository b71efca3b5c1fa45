import type { Check } from '../../lab/events.js';
import type { Span } from '../text/span.js';
import { fits, wrap } from '../text/wrap.js';
import { type Screen, verdictMark, withMargin } from './screen.js';

/** `✓ inside, the child is PID 1: I am PID 1`, or `✗ the share follows the quota  expected 0.20 ± 0.02, got 0.998`: of what held one figure is enough. */
export function formatCheck(check: Check, screen: Screen, claim = screen.words.named(check.name)): string[] {
  const { paint, width, words } = screen;
  const mark = verdictMark(check.held, screen);
  const after = check.held ? words.colon : '  ';
  const name = { text: claim + after.trimEnd(), paint: paint.bold };
  const gap = { text: after.slice(after.trimEnd().length) };
  const found = foundSpans(check, screen).flat();
  if (fits([name, gap, ...found], width - 2)) return withMargin(mark, wrap([name, gap, ...found], width - 2));
  return withMargin(mark, [...wrap([name], width - 2, 2), ...foundBelow(check, screen)]);
}

/** What was found, in one line of its own; expected and got in two where that is not enough. */
function foundBelow(check: Check, screen: Screen): string[] {
  const width = screen.width - 4;
  const [first, second] = foundSpans(check, screen);
  const lines = fits([...first, ...second], width) ? [[...first, ...second]] : [first, second];
  return withMargin(
    ' ',
    lines.filter((spans) => spans.length > 0).flatMap((spans) => wrap(spans, width, 4)),
  );
}

function foundSpans(check: Check, { paint, words }: Screen): [first: Span[], second: Span[]] {
  const [expected, actual] = [words.named(check.expected), words.named(check.actual)];
  if (check.held) return [[{ text: actual }], []];
  return [[{ text: words.expected(expected) }], [{ text: words.got(actual), paint: paint.red.bold }]];
}
