import { visible } from '../text/visible.js';
import type { Inline } from './inline.js';
import { destinationOf } from './links.js';
import { type Code, type Piece, parseMarkdown, type Table } from './markdown.js';
import type { Request } from './page.js';
import { saysItself } from './spans.js';

type Sayers = { [Type in Piece['type']]: (piece: Extract<Piece, { type: Type }>, request: Request) => string[] };

const SAYERS: Sayers = {
  paragraph: ({ inlines }, request) => [sayInlines(inlines, request)],
  heading: ({ inlines }, request) => [sayInlines(inlines, request)],
  list: sayList,
  table: sayTable,
  code: sayCode,
  quote: ({ pieces }, request) => pieces.flatMap((piece) => sayPiece(piece, request)),
  rule: () => [],
};

/** A text in Markdown, each paragraph on one line. */
export function sayMarkdown(text: string, request: Request): string[] {
  return parseMarkdown(text).flatMap((piece) => sayPiece(piece, request));
}

/** The words without marks; where a link leads stands behind it. */
export function sayInlines(inlines: readonly Inline[], { name }: Pick<Request, 'name'>): string {
  const said = inlines.map(({ text, href }, index) => {
    if (href === undefined || href === inlines[index + 1]?.href) return text;
    const { note } = destinationOf(href, name);
    return note === undefined || saysItself(text, note) ? text : `${text} (${note})`;
  });
  return visible(said.join('').replaceAll('\n', ' '));
}

function sayPiece<Type extends Piece['type']>(piece: Extract<Piece, { type: Type }>, request: Request): string[] {
  const say: (piece: Extract<Piece, { type: Type }>, request: Request) => string[] = SAYERS[piece.type];
  return say(piece, request);
}

function sayList({ start, items }: Extract<Piece, { type: 'list' }>, request: Request): string[] {
  return items.flatMap((item, index) => {
    const [first = '', ...rest] = item.flatMap((piece) => sayPiece(piece, request));
    return [`${start === undefined ? '-' : `${start + index}.`} ${first}`, ...rest];
  });
}

/** Each row on a line, each cell with the name of its column. */
function sayTable({ head, rows }: Table, request: Request): string[] {
  const { reader, colon } = request.words;
  const names = head.map((cell) => sayInlines(cell, request));
  const sayRow = (row: readonly Inline[][]) =>
    row.map((cell, column) => [names[column], sayInlines(cell, request)].filter((part) => part !== '').join(colon));
  return [
    `${reader.table}${colon}${names.filter((name) => name !== '').join(', ')}`,
    ...rows.map((row) => sayRow(row).join('; ')),
  ];
}

function sayCode({ language, source, text }: Code, { words }: Request): string[] {
  const name = [language, source].filter((part) => part).join(', ');
  const head = `${words.reader.code}${name && ` (${name})`}${words.colon.trimEnd()}`;
  return [head, ...visible(text).split('\n'), words.reader.endOfCode];
}
