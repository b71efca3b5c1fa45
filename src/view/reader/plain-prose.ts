import { visible } from '../text/visible.js';
import type { Inline } from './inline.js';
import { type Code, type Piece, parseMarkdown, type Table } from './markdown.js';
import type { Wording } from './wording.js';

type Sayers = { [Type in Piece['type']]: (piece: Extract<Piece, { type: Type }>, wording: Wording) => string[] };

const SAYERS: Sayers = {
  paragraph: ({ inlines }) => [sayInlines(inlines)],
  heading: ({ inlines }) => [sayInlines(inlines)],
  list: sayList,
  table: sayTable,
  code: sayCode,
  quote: ({ pieces }, wording) => pieces.flatMap((piece) => sayPiece(piece, wording)),
  rule: () => [],
};

/** A text in Markdown, each paragraph on one line. */
export function sayMarkdown(text: string, wording: Wording): string[] {
  return parseMarkdown(text).flatMap((piece) => sayPiece(piece, wording));
}

/** The words without marks; where a link leads stands behind it. */
export function sayInlines(inlines: readonly Inline[]): string {
  const said = inlines.map(({ text, href }) => (href === undefined || href === text ? text : `${text} (${href})`));
  return visible(said.join('').replaceAll('\n', ' '));
}

function sayPiece<Type extends Piece['type']>(piece: Extract<Piece, { type: Type }>, wording: Wording): string[] {
  const say: (piece: Extract<Piece, { type: Type }>, wording: Wording) => string[] = SAYERS[piece.type];
  return say(piece, wording);
}

function sayList({ start, items }: Extract<Piece, { type: 'list' }>, wording: Wording): string[] {
  return items.flatMap((item, index) => {
    const [first = '', ...rest] = item.flatMap((piece) => sayPiece(piece, wording));
    return [`${start === undefined ? '-' : `${start + index}.`} ${first}`, ...rest];
  });
}

/** Each row on a line, each cell with the name of its column. */
function sayTable({ head, rows }: Table, { table, colon }: Wording): string[] {
  const names = head.map(sayInlines);
  const cells = (row: readonly Inline[][]) =>
    row.map((cell, column) => [names[column], sayInlines(cell)].filter((part) => part !== '').join(colon));
  return [
    `${table}${colon}${names.filter((name) => name !== '').join(', ')}`,
    ...rows.map((row) => cells(row).join('; ')),
  ];
}

function sayCode({ language, source, text }: Code, { code, endOfCode, colon }: Wording): string[] {
  const name = [language, source].filter((part) => part).join(', ');
  return [`${code}${name && ` (${name})`}${colon.trimEnd()}`, ...visible(text).split('\n'), endOfCode];
}
