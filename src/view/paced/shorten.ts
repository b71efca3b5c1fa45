import type { ObservationMade } from '../../lab/events.js';
import type { Change, Item, OutputLines } from '../run/items.js';
import type { Screen } from '../terminal/screen.js';
import { diffLines } from '../text/diff-lines.js';

const [FIRST, LAST] = [3, 2];

/** The items of a step without outputs that a comparison shows again. */
export function oncePerStep(items: readonly Item[]): Item[] {
  const compared = new Set(items.flatMap((item) => (item.type === 'change' ? item.after.path : [])));
  return items.filter((item) => item.type !== 'output' || item.command === undefined || !compared.has(item.command));
}

/** The items of a step that is too long for the screen: the ends of outputs, causes in a line, and what differs. */
export function shorten(items: readonly Item[], screen: Screen): Item[] {
  return items.map((item) => shortened(item, screen));
}

function shortened(item: Item, screen: Screen): Item {
  if (item.type === 'output') return endsOf(item, screen);
  if (item.type === 'observe') return inShort(item, screen);
  return item.type === 'change' ? onlyDifferent({ ...item, after: inShort(item.after, screen) }, screen) : item;
}

function endsOf(output: OutputLines, { words, symbols }: Screen): OutputLines {
  const lines = output.text.replace(/\n$/, '').split('\n');
  const hidden = lines.length - FIRST - LAST;
  if (hidden < 2) return output;
  const more = `${symbols.more} ${words.linesMore(hidden)}`;
  return { ...output, text: [...lines.slice(0, FIRST), more, ...lines.slice(-LAST)].join('\n') };
}

/** The cause in one line; the whole of it is among the calls. */
function inShort(made: ObservationMade, { symbols, width }: Screen): ObservationMade {
  const { changedBy } = made;
  const longest = width - 8;
  if (changedBy === undefined || changedBy.length <= longest) return made;
  return { ...made, changedBy: `${changedBy.slice(0, longest - symbols.more.length - 1)}${symbols.more})` };
}

/** Without the lines that stay as they are, but for a line that counts them. */
function onlyDifferent(change: Change, { words, symbols }: Screen): Change {
  const { before, after } = change;
  if (before.value === null || after.value === null) return change;
  const rows = diffLines(before.value, after.value);
  const same = rows.filter((row) => row.change === 'same').length;
  if (same < 2) return change;
  const rest = rows.filter((row) => row.change !== 'same');
  const note = `${symbols.more} ${words.linesSame(same)}`;
  const textOf = (side: 'before' | 'after') => [...rest.flatMap((row) => row[side] ?? []), note].join('\n');
  return { ...change, before: { ...before, value: textOf('before') }, after: { ...after, value: textOf('after') } };
}
