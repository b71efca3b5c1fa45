import type { CallRow, Item } from '../run/items.js';
import { hasFailed } from '../run/sentences.js';
import { formatLegend } from '../terminal/calls.js';
import { formatItem } from '../terminal/index.js';
import { type Screen, withMargin } from '../terminal/screen.js';
import { wrap } from '../text/wrap.js';

/** Columns of a call in the short list, where there is no room for all that are new. */
const LONGEST_CALL = 36;
const MOST_LINES = 2;

/** What is new or was refused, in short, and of how many calls: `12 calls, 2 new: unshare(CLONE_NEWNS), umount2(".", MNT_DETACH)`. */
export function foldTrace(items: readonly Item[], screen: Screen): string[] {
  const { words, paint, symbols, width } = screen;
  const rows = items.filter((item): item is CallRow => item.type === 'syscall' && !item.housekeeping);
  const count = rows.length + items.reduce((sum, item) => sum + (item.type === 'folded' ? item.repeated.length : 0), 0);
  if (count === 0) return [];
  const novel = rows.filter((row) => row.novelty === 'new' || hasFailed(row));
  const linesOf = (longest: number) => {
    const calls = [...new Set(novel.map((row) => shortened(row, longest, screen)))];
    const text = words.calls(count, novel.length, calls.join(words.comma));
    return wrap([{ text }], width - 2 - symbols.more.length - 1);
  };
  const whole = linesOf(Number.POSITIVE_INFINITY);
  const lines = whole.length <= MOST_LINES ? whole : cut(linesOf(LONGEST_CALL), symbols.more);
  return withMargin(paint.cyan.bold(symbols.isNew), lines);
}

/** The arguments of a program stand where it is shown, behind `$`. */
function shortened(row: CallRow, longest: number, { symbols }: Screen): string {
  const mark = hasFailed(row) ? `${symbols.broken} ` : '';
  const text = row.text.replaceAll(/\s+/g, ' ');
  const room = row.name.startsWith('exec') ? Math.min(longest, LONGEST_CALL) : longest;
  return mark + (text.length <= room ? text : `${row.name}(${symbols.more})`);
}

/** The first lines, with a mark where there were more. */
function cut(lines: readonly string[], more: string): string[] {
  if (lines.length <= MOST_LINES) return [...lines];
  return [...lines.slice(0, MOST_LINES - 1), `${lines[MOST_LINES - 1]?.replace(/[^,、]*$/, '')} ${more}`];
}

/** All calls in their order; and what the marks mean. */
export function formatTrace(items: readonly Item[], screen: Screen): string[] {
  const rows = items.filter(({ type }) => type === 'syscall' || type === 'folded');
  return rows.length === 0 ? [] : [...formatLegend(screen), ...rows.flatMap((item) => formatItem(item, screen))];
}
