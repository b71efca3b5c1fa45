import type { Span } from './span.js';
import { displayWidth, graphemes, graphemeWidth, isNarrow } from './width.js';

/** Breaks text into lines of at most `width` columns, at spaces where there are any; later lines are indented by `hang`. */
export function wrap(spans: readonly Span[], width: number, hang = 0): string[] {
  const text = spans
    .map((span) => span.text)
    .join('')
    .replaceAll('\n', ' ');
  if (!isNarrow(text)) return wrapCells(spans, width, hang);
  const lines: string[] = [];
  for (let start = 0; start < text.length || lines.length === 0; ) {
    const indent = lines.length === 0 ? 0 : hang;
    const end = endOfNarrowLine(text, start, Math.max(1, width - indent));
    const line = text.slice(start, end).replace(/ +$/, '');
    lines.push(' '.repeat(indent) + paintPart(spans, start, line));
    start = end;
    while (text[start] === ' ') start++;
  }
  return lines;
}

/** Whether it all stands in one line. */
export function fits(spans: readonly Span[], width: number): boolean {
  return spans.reduce((sum, { text }) => sum + displayWidth(text), 0) <= width;
}

/** As in wrapCells(), where each character takes one column: a search in a string is many times faster. */
function endOfNarrowLine(text: string, start: number, width: number): number {
  let index = start + width;
  while (text[index] === ' ') index++;
  if (index >= text.length) return text.length;
  const behind = (character: string) => text.lastIndexOf(character, index - 1) + 1;
  const slash = behind('/');
  const lastSlash = slash - start > width / 2 ? slash : start;
  return chooseEnd({ start, lastBreak: Math.max(behind(' '), behind('|'), start), lastSlash, index }, width);
}

/** The line, which is at `start` of the whole text, each part in its style. */
function paintPart(spans: readonly Span[], start: number, line: string): string {
  let painted = '';
  let from = -start;
  for (const { text, paint } of spans) {
    const part = line.slice(Math.max(from, 0), Math.max(from + text.length, 0));
    painted += part !== '' && paint ? paint(part) : part;
    from += text.length;
  }
  return painted;
}

/** Characters on their way to a line, a list for each of their properties: there are tens of thousands in a lesson. */
interface Cells {
  readonly texts: string[];
  readonly widths: number[];
  readonly paints: Span['paint'][];
}

// Chinese and Japanese break between any two characters, but no line may start with these, nor end with those.
const NEVER_FIRST = /^[、。，．：；！？）」』】》〉…·”’)\].,:;!?]/u;
const NEVER_LAST = /^[（「『【《〈“‘([]/u;

/** What wrap() does, character by character, where some take two columns or none. */
export function wrapCells(spans: readonly Span[], width: number, hang = 0): string[] {
  const cells = cellsOf(spans);
  const lines: string[] = [];
  for (let start = 0; start < cells.texts.length || lines.length === 0; ) {
    const indent = lines.length === 0 ? 0 : hang;
    const end = endOfLine(cells, start, Math.max(1, width - indent));
    lines.push(' '.repeat(indent) + paintCells(cells, start, withoutTrailingSpaces(cells, start, end)));
    start = behindSpaces(cells, end);
  }
  return lines;
}

function cellsOf(spans: readonly Span[]): Cells {
  const cells: Cells = { texts: [], widths: [], paints: [] };
  for (const { text, paint } of spans) {
    for (const grapheme of graphemes(text.replaceAll('\n', ' '))) {
      cells.texts.push(grapheme);
      cells.widths.push(graphemeWidth(grapheme));
      cells.paints.push(paint);
    }
  }
  return cells;
}

/** Where the line ends: behind all that fits, back to where it may break; a word longer than the line is cut, a path behind a slash. */
function endOfLine(cells: Cells, start: number, width: number): number {
  let used = 0;
  let lastBreak = start;
  let lastSlash = start;
  for (let index = start; index < cells.texts.length; index++) {
    if (index > start && mayBreak(cells, index)) lastBreak = index;
    if (index > start && cells.texts[index - 1] === '/' && used > width / 2) lastSlash = index;
    used += cells.widths[index] ?? 0;
    if (used > width && cells.texts[index] !== ' ') return chooseEnd({ start, lastBreak, lastSlash, index }, width);
  }
  return cells.texts.length;
}

/** Where a line might end. */
interface Ends {
  readonly start: number;
  readonly lastBreak: number;
  readonly lastSlash: number;
  /** The first character that does not fit. */
  readonly index: number;
}

/** All that fits, back to where the line may break; a path is cut behind a slash, another word that is too long anywhere. */
function chooseEnd({ start, lastBreak, lastSlash, index }: Ends, width: number): number {
  if (lastBreak - start > width / 4) return lastBreak;
  if (lastSlash > start) return lastSlash;
  return lastBreak > start ? lastBreak : Math.max(start + 1, index);
}

/** Whether a line may end before the character. */
function mayBreak({ texts, widths }: Cells, index: number): boolean {
  const before = texts[index - 1] ?? '';
  const after = texts[index] ?? '';
  if (before === ' ') return after !== ' ';
  if (before === '|') return true; // Between flags: MS_NOSUID|MS_NODEV.
  if (widths[index - 1] !== 2 && widths[index] !== 2) return false;
  return after !== ' ' && !NEVER_FIRST.test(after) && !NEVER_LAST.test(before);
}

function withoutTrailingSpaces({ texts }: Cells, start: number, end: number): number {
  let last = end;
  while (last > start && texts[last - 1] === ' ') last--;
  return last;
}

/** The next character that is no space, where the next line starts. */
function behindSpaces({ texts }: Cells, from: number): number {
  let start = from;
  while (texts[start] === ' ') start++;
  return start;
}

/** Paints runs of the same style at once. */
function paintCells({ texts, paints }: Cells, from: number, end: number): string {
  let painted = '';
  for (let start = from; start < end; ) {
    const paint = paints[start];
    let next = start + 1;
    while (next < end && paints[next] === paint) next++;
    const text = texts.slice(start, next).join('');
    painted += paint ? paint(text) : text;
    start = next;
  }
  return painted;
}
