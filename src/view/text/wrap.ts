import type { Span } from './span.js';
import { displayWidth, isNarrow } from './width.js';
import { chooseEnd, wrapCells } from './wrap-cells.js';

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
    const end = endOfLine(text, start, Math.max(1, width - indent));
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
function endOfLine(text: string, start: number, width: number): number {
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
