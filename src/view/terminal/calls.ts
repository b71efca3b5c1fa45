import type { SyscallMade } from '../../lab/events.js';
import type { CallRow, FoldedCalls } from '../run/items.js';
import { countFolded, hasFailed, resultOf, wasThere } from '../run/sentences.js';
import type { Span } from '../text/span.js';
import { wrap } from '../text/wrap.js';
import { type Screen, withMargin } from './screen.js';

const BY_WIDTH = 7;
const HANG = BY_WIDTH + 2;

/** One row of the trace: `▸ child  mount("proc", "/proc", "proc", MS_NOSUID, NULL) = 0`. */
export function formatSyscall(call: CallRow, screen: Screen): string[] {
  const spans = [{ text: call.by.padEnd(BY_WIDTH) }, ...callSpans(call, screen), ...aroundSpans(call, screen)];
  return withMargin(markOf(call, screen), wrap(spans, screen.width - 2, HANG));
}

/** What the marks of the trace mean. */
export function formatLegend({ paint, symbols, width, words }: Screen): string[] {
  const isNew = [{ text: symbols.isNew, paint: paint.cyan.bold }, { text: ` ${words.legendNew}` }];
  const away = [{ text: symbols.away, paint: paint.cyan }, { text: ` ${words.noReturn}` }];
  return wrap([...isNew, { text: '   ' }, ...away], width, 2);
}

function markOf(call: CallRow, { paint, symbols }: Screen): string {
  if (hasFailed(call)) return paint.red.bold(symbols.broken);
  if (call.expected && !wasThere(call)) return symbols.expected;
  return call.novelty === 'new' ? paint.cyan.bold(symbols.isNew) : ' ';
}

function callSpans(call: SyscallMade, screen: Screen): Span[] {
  const open = call.text.indexOf('(');
  const name = { text: call.text.slice(0, Math.max(open, 0)), paint: screen.paint.bold };
  return [name, { text: call.text.slice(Math.max(open, 0)) }, resultSpan(call, screen)];
}

function resultSpan(call: SyscallMade, { paint, symbols, words }: Screen): Span {
  if (wasThere(call)) return { text: ` ${symbols.expected} ${words.existsAlready}` };
  if (call.result === undefined) return { text: symbols.noBreak + symbols.away, paint: paint.cyan };
  return { text: ` ${resultOf(call)}`, ...(hasFailed(call) && { paint: paint.red }) };
}

function aroundSpans({ around }: CallRow, { paint, symbols }: Screen): Span[] {
  if (!around) return [];
  return [{ text: ` ${symbols.more} ${around.map(({ name }) => name).join(', ')}`, paint: paint.dim }];
}

/** One dim line for all of them: `  child  … 27 calls as before: mount ×5, mknodat ×6, pivot_root`. */
export function formatFolded(item: FoldedCalls, { paint, symbols, width, words }: Screen): string[] {
  const counts = countFolded(item, words, (times) => ` ${symbols.times}${times}`);
  const text = `${item.by.padEnd(BY_WIDTH)}${symbols.more} ${counts}`;
  return withMargin(' ', wrap([{ text, paint: paint.dim }], width - 2, HANG));
}
