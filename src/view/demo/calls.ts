import type { CallRow } from '../run/items.js';
import { formatFolded } from '../terminal/calls.js';
import { type Screen, withMargin } from '../terminal/screen.js';
import { wrap } from '../text/wrap.js';
import type { ExpectedCalls } from './expected.js';

const BY_WIDTH = 7;
const ROOMY = 40;

/** Calls that are about to be made; those that the lab has not made before stand out. */
export function formatExpected(calls: ExpectedCalls, screen: Screen): string[] {
  return calls.flatMap((call) => (call.type === 'folded' ? formatFolded(call, screen) : formatCall(call, screen)));
}

function formatCall({ by, text, novelty }: CallRow, screen: Screen): string[] {
  const { paint, symbols, width } = screen;
  const isNew = novelty !== 'known';
  const call = { text, ...(isNew && { paint: paint.inverse }) };
  const hang = width < ROOMY ? 2 : BY_WIDTH + 2;
  const lines = wrap([{ text: by.padEnd(BY_WIDTH) }, call], width - 2, hang);
  return withMargin(isNew ? paint.bold(symbols.isNew) : ' ', lines);
}
