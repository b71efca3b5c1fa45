import type { CallRow, Item } from '../run/items.js';
import { hasFailed } from '../run/sentences.js';
import { formatLegend } from '../terminal/calls.js';
import { formatItem } from '../terminal/index.js';
import { type Screen, withMargin } from '../terminal/screen.js';
import { wrap } from '../text/wrap.js';

/** Columns of a call in the short list: its name, and as many of its arguments as have room. */
const LONGEST_CALL = 36;

/** What is new or was refused, in short, and of how many calls: `12 calls, 2 new: unshare(CLONE_NEWNS), umount2(".", MNT_DETACH)`. */
export function foldTrace(items: readonly Item[], screen: Screen): string[] {
  const { words, paint, symbols, width } = screen;
  const rows = items.filter((item): item is CallRow => item.type === 'syscall' && !item.housekeeping);
  const count = rows.length + items.reduce((sum, item) => sum + (item.type === 'folded' ? item.repeated.length : 0), 0);
  if (count === 0) return [];
  const novel = rows.filter((row) => row.novelty === 'new' || hasFailed(row));
  const names = [...new Set(novel.map((row) => shortened(row, screen)))];
  const text = words.calls(count, novel.length, names.join(words.comma));
  return withMargin(
    paint.cyan.bold(symbols.isNew),
    cut(wrap([{ text }], width - 2 - symbols.more.length - 1), symbols.more),
  );
}

function shortened(row: CallRow, { symbols }: Screen): string {
  const mark = hasFailed(row) ? `${symbols.broken} ` : '';
  const text = row.text.replaceAll(/\s+/g, ' ');
  return mark + (text.length <= LONGEST_CALL ? text : `${row.name}(${symbols.more})`);
}

/** The first two lines, with a mark where there were more. */
function cut(lines: readonly string[], more: string): string[] {
  return lines.length <= 2 ? [...lines] : [...lines.slice(0, 1), `${lines[1]?.replace(/[^,、]*$/, '')} ${more}`];
}

/** All calls in their order; and what the marks mean. */
export function formatTrace(items: readonly Item[], screen: Screen): string[] {
  const rows = items.filter(({ type }) => type === 'syscall' || type === 'folded');
  return rows.length === 0 ? [] : [...formatLegend(screen), ...rows.flatMap((item) => formatItem(item, screen))];
}
