import { Chalk, type ChalkInstance } from 'chalk';
import { type InlineText, parseInline } from '../text/markdown.js';
import type { Span } from '../text/span.js';
import { wrap } from '../text/wrap.js';
import type { Sink } from '../view.js';
import { type Words, wordsIn } from '../words/index.js';

/** What the formatters need to know of the terminal. */
export interface Screen {
  width: number;
  paint: ChalkInstance;
  symbols: Symbols;
  unicode: boolean;
  readonly words: Words;
}

export type Symbols = Record<keyof typeof UNICODE, string>;

// Text keeps the terminal's own colour: only verdicts and marks are coloured, and each has a symbol or a word as well.
const UNICODE = {
  held: '✓',
  broken: '✗',
  skipped: '⊘',
  bar: '│',
  rule: '━',
  more: '…',
  times: '×',
  isNew: '▸',
  expected: '·',
  noBreak: '\u00a0',
  away: '→',
  from: '←',
  remedy: '→',
};
const ASCII: Symbols = {
  held: '+',
  broken: 'x',
  skipped: 'o',
  bar: '|',
  rule: '=',
  more: '...',
  times: 'x',
  isNew: '>',
  expected: '.',
  noBreak: ' ',
  away: '->',
  from: '<-',
  remedy: '>',
};

const NARROW_ENOUGH_TO_READ = 100;

/** The terminal as it is now. */
export function screenOf(sink: Sink): Screen {
  const symbols = sink.unicode ? UNICODE : ASCII;
  const paint = new Chalk({ level: sink.color });
  return { width: sink.columns, paint, symbols, unicode: sink.unicode, words: wordsIn(sink.language) };
}

/** Lines with two columns on their left, where the first line has the mark. */
export function withMargin(mark: string, lines: readonly string[]): string[] {
  return lines.map((line, index) => (line === '' ? '' : `${index === 0 ? mark : ' '} ${line}`));
}

/** What stands before a thing that held, or that did not. */
export function verdictMark(held: boolean, { paint, symbols }: Pick<Screen, 'paint' | 'symbols'>): string {
  return held ? paint.green.bold(symbols.held) : paint.red.bold(symbols.broken);
}

/** A paragraph of Markdown, with a margin. */
export function paragraph(markdown: string, screen: Screen): string[] {
  const spans = parseInline(markdown).map((part) => paintInline(part, screen));
  return withMargin(' ', wrap(spans, Math.min(screen.width - 2, NARROW_ENOUGH_TO_READ)));
}

function paintInline({ text, style }: InlineText, { paint }: Screen): Span {
  if (style === 'plain') return { text };
  if (style === 'strong') return { text, paint: paint.bold };
  if (style === 'emphasis') return { text, paint: paint.italic };
  return paint.level === 0 ? { text: `\`${text}\`` } : { text, paint: paint.cyan };
}
