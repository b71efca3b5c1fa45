import type { SyscallMade } from '../../lab/events.js';
import type { Housekeeping } from '../arrange.js';
import { type Span, wrap } from '../text/wrap.js';
import { countCalls, hasFailed, resultOf } from '../words.js';
import { type Screen, withMargin } from './screen.js';

const BY_WIDTH = 7;
const HANG = BY_WIDTH + 2;

/** One row of the trace: `  child  mount("proc", "/proc", "proc", MS_NOSUID, NULL) = 0`. */
export function formatSyscall(call: SyscallMade, screen: Screen): string[] {
  const { paint, symbols, width } = screen;
  const mark = hasFailed(call) ? paint.red.bold(symbols.broken) : ' ';
  return withMargin(mark, wrap([{ text: call.by.padEnd(BY_WIDTH) }, ...callSpans(call, screen)], width - 2, HANG));
}

function callSpans(call: SyscallMade, { paint }: Screen): Span[] {
  const open = call.text.indexOf('(');
  const name = { text: call.text.slice(0, Math.max(open, 0)), paint: paint.bold };
  const result = { text: ` ${resultOf(call)}`, ...(hasFailed(call) && { paint: paint.red }) };
  return [name, { text: call.text.slice(Math.max(open, 0)) }, result];
}

/** One dim line for all of them. */
export function formatHousekeeping(item: Housekeeping, { paint, symbols, width }: Screen): string[] {
  const text = `${symbols.more} ${countCalls(item)}`;
  return withMargin(' ', wrap([{ text, paint: paint.dim }], width - 2, HANG));
}
