import { displayWidth, graphemes, graphemeWidth, isWide } from './width.js';

/** A piece of text with a style of its own. */
export interface Span {
  text: string;
  paint?: (text: string) => string;
}

/** One character on the way to its line. */
interface Cell extends Span {
  width: number;
}

// Chinese and Japanese break between any two characters, but no line may start with these.
const NEVER_FIRST = /^[、。，．：；！？）」』】》〉…·”’)\].,:;!?]/u;
const NEVER_LAST = /^[（「『【《〈“‘([]/u;

/** Breaks text into lines of at most `width` columns, at spaces where there are any; later lines are indented by `hang`. */
export function wrap(spans: readonly Span[], width: number, hang = 0): string[] {
  const lines: string[] = [];
  let rest = spans.flatMap(cellsOf);
  while (rest.length > 0 || lines.length === 0) {
    const indent = lines.length === 0 ? 0 : hang;
    const end = endOfLine(rest, Math.max(1, width - indent));
    lines.push(' '.repeat(indent) + paintCells(withoutTrailingSpaces(rest.slice(0, end))));
    rest = withoutLeadingSpaces(rest.slice(end));
  }
  return lines;
}

/** Whether it all stands in one line. */
export function fits(spans: readonly Span[], width: number): boolean {
  return spans.reduce((sum, { text }) => sum + displayWidth(text), 0) <= width;
}

function cellsOf({ text, paint }: Span): Cell[] {
  return graphemes(text.replaceAll('\n', ' ')).map((grapheme) => ({
    text: grapheme,
    width: graphemeWidth(grapheme),
    ...(paint && { paint }),
  }));
}

/** How many cells the line takes: all that fit, back to where it may break; a word longer than the line is cut, a path behind a slash. */
function endOfLine(cells: readonly Cell[], width: number): number {
  let used = 0;
  let lastBreak = 0;
  let lastSlash = 0;
  for (const [index, cell] of cells.entries()) {
    if (index > 0 && mayBreak(cells[index - 1], cell)) lastBreak = index;
    if (cells[index - 1]?.text === '/' && used > width / 2) lastSlash = index;
    used += cell.width;
    if (used > width && cell.text !== ' ')
      return lastBreak > width / 4 ? lastBreak : lastSlash || lastBreak || Math.max(1, index);
  }
  return cells.length;
}

function mayBreak(before: Cell | undefined, after: Cell): boolean {
  if (before?.text === ' ') return after.text !== ' ';
  if (before?.text === '|') return true; // Between flags: MS_NOSUID|MS_NODEV.
  if (NEVER_FIRST.test(after.text) || NEVER_LAST.test(before?.text ?? '')) return false;
  return (before?.width === 2 || isWide(after.text)) && after.text !== ' ';
}

function withoutTrailingSpaces(cells: Cell[]): Cell[] {
  return cells.slice(0, cells.findLastIndex((cell) => cell.text !== ' ') + 1);
}

function withoutLeadingSpaces(cells: Cell[]): Cell[] {
  const start = cells.findIndex((cell) => cell.text !== ' ');
  return start === -1 ? [] : cells.slice(start);
}

/** Paints runs of the same style at once. */
function paintCells(cells: readonly Cell[]): string {
  let painted = '';
  for (let start = 0; start < cells.length; ) {
    const paint = cells[start]?.paint;
    let end = start + 1;
    while (end < cells.length && cells[end]?.paint === paint) end++;
    const text = cells
      .slice(start, end)
      .map((cell) => cell.text)
      .join('');
    painted += paint ? paint(text) : text;
    start = end;
  }
  return painted;
}
