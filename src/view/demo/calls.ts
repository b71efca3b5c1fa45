import type { CallRow, FoldedCalls } from '../arrange/items.js';
import { formatFolded } from '../terminal/calls.js';
import { type Screen, withMargin } from '../terminal/screen.js';
import { wrap } from '../text/wrap.js';
import type { ExpectedCalls } from './expected.js';

const BY_WIDTH = 7;

/** Calls that are about to be made; those that the lab has not made before stand out. */
export function formatExpected(calls: ExpectedCalls, screen: Screen): string[] {
  return calls.flatMap((call) => (call.type === 'folded' ? formatCount(call, screen) : formatCall(call, screen)));
}

function formatCall(call: CallRow, screen: Screen): string[] {
  const { paint, symbols, width } = screen;
  const isNew = call.novelty !== 'known';
  const text = {
    text: isNew && paint.level > 0 ? ` ${call.text} ` : call.text,
    ...(isNew && { paint: paint.inverse }),
  };
  const lines = wrap([{ text: call.by.padEnd(BY_WIDTH) }, text], width - 2, BY_WIDTH + 2);
  return withMargin(isNew ? paint.bold(symbols.isNew) : ' ', lines);
}

function formatCount(calls: FoldedCalls, screen: Screen): string[] {
  return formatFolded(calls, screen);
}
