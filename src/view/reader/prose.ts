import { formatCode } from './code.js';
import type { Piece } from './markdown.js';
import { parseMarkdown } from './markdown.js';
import { indent, inside, type Page, stack } from './page.js';
import { wrapInlines } from './spans.js';
import { formatTable } from './table.js';

type Formatters = { [Type in Piece['type']]: (piece: Extract<Piece, { type: Type }>, page: Page) => string[] };

const FORMATTERS: Formatters = {
  paragraph: ({ inlines }, page) => wrapInlines(inlines, page),
  heading: ({ inlines }, page) => wrapInlines(inlines, page).map((line) => page.paint.bold(line)),
  list: formatList,
  table: formatTable,
  code: formatCode,
  quote: formatQuote,
  rule: (_, { paint, unicode, measure }) => [paint.dim((unicode ? '─' : '-').repeat(measure))],
};

/** The lines of a text in Markdown. */
export function formatMarkdown(text: string, page: Page): string[] {
  return formatPieces(parseMarkdown(text), page);
}

/** The lines of blocks, an empty one between two of them. */
function formatPieces(pieces: readonly Piece[], page: Page): string[] {
  return stack(pieces.map((piece) => formatPiece(piece, page)));
}

function formatPiece<Type extends Piece['type']>(piece: Extract<Piece, { type: Type }>, page: Page): string[] {
  const format: (piece: Extract<Piece, { type: Type }>, page: Page) => string[] = FORMATTERS[piece.type];
  return format(piece, page);
}

/** Items of one paragraph each stand close together. */
function formatList({ start, items }: Extract<Piece, { type: 'list' }>, page: Page): string[] {
  const marks = items.map((_, index) => markOf(start, index, page));
  const width = Math.max(...marks.map((mark) => mark.length)) + 1;
  const lists = items.map((item, index) => formatItem(item, marks[index]?.padEnd(width) ?? '', page));
  return items.every((item) => item.length <= 1) ? lists.flat() : stack(lists);
}

function markOf(start: number | undefined, index: number, { unicode }: Page): string {
  if (start !== undefined) return `${start + index}.`;
  return unicode ? '•' : '-';
}

function formatItem(item: readonly Piece[], mark: string, page: Page): string[] {
  const [first = '', ...rest] = formatPieces(item, inside(page, mark.length));
  return [page.paint.cyan(mark) + first, ...indent(rest, mark.length)];
}

function formatQuote({ pieces }: Extract<Piece, { type: 'quote' }>, page: Page): string[] {
  return behindBar(page.paint.dim(page.symbols.bar), formatPieces(pieces, inside(page, 2)));
}

/** Lines with a bar on their left. */
export function behindBar(bar: string, lines: readonly string[]): string[] {
  return lines.map((line) => (line === '' ? bar : `${bar} ${line}`));
}
