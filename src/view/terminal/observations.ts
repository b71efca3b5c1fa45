import { inWords } from '../run/in-words.js';
import type { Change, Observed } from '../run/items.js';
import { LONGEST_VALUE, type Row, rowsOf } from '../run/rows.js';
import { abridgeText } from '../text/abridge.js';
import { indent } from '../text/lines.js';
import { fits, wrap } from '../text/wrap.js';
import { type Screen, withMargin } from './screen.js';
import { foldedRow, sideBySide } from './side-by-side.js';

/** What something said once. */
export function formatObservation(observation: Observed, screen: Screen): string[] {
  const { words } = screen;
  const say = (hidden: number) => `${screen.symbols.more} ${words.linesMore(hidden)}`;
  const lines = abridgeText(inWords(observation, words), LONGEST_VALUE, say);
  const when = observation.when === 'during' ? '' : words.note(words[observation.when]);
  return [
    ...formatSubject(observation, when, screen),
    ...lines.flatMap((line) => indent(wrap([{ text: line }], screen.width - 4, 2), 4)),
    ...attribute(observation, screen),
  ];
}

/** Before and after: beside each other where that fits, else below each other. */
export function formatChange(change: Change, screen: Screen): string[] {
  const { words } = screen;
  if (change.isKnown) return formatSubject(change.after, words.note(words.asBefore), screen);
  const rows = rowsOf(change, words);
  const columns = sideBySide(rows, screen);
  const same = rows.every((row) => row.change === 'same' || row.change === 'folded');
  if (same) return [...formatSubject(change.after, words.note(words.same), screen), ...stack(rows, screen)];
  const note = columns ? '' : words.marks;
  const body = columns ?? stack(rows, screen);
  return [...formatSubject(change.after, note, screen), ...body, ...attribute(change.after, screen)];
}

/** `/proc/sys/kernel/hostname  on the host`. */
function formatSubject({ path, from }: Observed, note: string, screen: Screen): string[] {
  const { width, paint, words } = screen;
  const subject = { text: words.named(path), paint: paint.bold };
  const place = `${words.from[from]}${note}`;
  const whole = [subject, { text: `  ${place}` }];
  if (fits(whole, width - 2)) return withMargin(' ', wrap(whole, width - 2));
  return withMargin(' ', [...wrap([subject], width - 2, 4), ...withMargin(' ', wrap([{ text: place }], width - 4))]);
}

/** The calls that made the difference. */
function attribute({ by = [] }: Observed, { width, symbols, paint }: Screen): string[] {
  const arrow = { text: symbols.from, paint: paint.yellow };
  return by.flatMap((call) => indent(wrap([arrow, { text: ` ${call}` }], width - 4, 4), 4));
}

function stack(rows: readonly Row[], screen: Screen): string[] {
  return rows.flatMap((row) => stackRow(row, screen));
}

function stackRow(row: Row, screen: Screen): string[] {
  if (row.change === 'folded') return markedLine(' ', foldedRow(row, screen), screen);
  if (row.change === 'same') return markedLine(' ', row.before ?? '', screen);
  const removed = row.before === undefined ? [] : markedLine('-', row.before, screen);
  return row.after === undefined ? removed : [...removed, ...markedLine('+', row.after, screen)];
}

function markedLine(mark: string, text: string, { width, paint }: Screen): string[] {
  const style = mark === ' ' ? {} : { paint: paint.bold };
  const painted = mark === '+' ? paint.green.bold(mark) : paint.red.bold(mark);
  return withMargin(' ', withMargin(mark === ' ' ? mark : painted, wrap([{ text, ...style }], width - 4, 2)));
}
