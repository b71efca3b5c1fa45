import type { Check } from '../../lab/events.js';
import { wrap } from '../text/wrap.js';
import { type Screen, withMargin } from './screen.js';

/** `✓ the share follows the quota  expected 0.20 ± 0.02, got 0.201`. */
export function formatCheck(check: Check, { width, paint, symbols }: Screen): string[] {
  const mark = check.held ? paint.green.bold(symbols.held) : paint.red.bold(symbols.broken);
  const actual = { text: `got ${check.actual}`, ...(!check.held && { paint: paint.red.bold }) };
  const spans = [{ text: check.name, paint: paint.bold }, { text: `  expected ${check.expected}, ` }, actual];
  return withMargin(mark, wrap(spans, width - 2, 2));
}
