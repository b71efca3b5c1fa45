import { type Formatters, formatBy } from '../formatters.js';
import { plainLines } from '../plain.js';
import { stack } from '../text/lines.js';
import { visible } from '../text/visible.js';
import type { Inline } from './inline.js';
import type { Request } from './lesson.js';
import { destinationOf, saysItself } from './links.js';
import type { Contents, List, Node, Table } from './nodes.js';

type Setting = Pick<Request, 'name' | 'words'>;

/** How each kind reads aloud: each paragraph on one line, words in place of bars, boxes and columns. */
const SAYERS: Formatters<Node, Setting, string[]> = {
  paragraph: ({ inlines }, setting) => [sayInlines(inlines, setting)],
  heading: ({ inlines }, setting) => [sayInlines(inlines, setting)],
  list: sayList,
  table: sayTable,
  code: ({ language, source, text }, { words }) => {
    const name = [language, source].filter((part) => part).join(', ');
    return [
      said(`${words.reader.code}${name && ` (${name})`}`, words),
      ...visible(text).split('\n'),
      words.reader.endOfCode,
    ];
  },
  quote: ({ nodes }, setting) => sayAll(nodes, setting),
  rule: () => [],
  callout: ({ word, nodes }, setting) => [
    ...(word === undefined ? [] : [said(word, setting.words)]),
    ...sayAll(nodes, setting),
  ],
  question: ({ word, nodes, choices, answer }, setting) => [
    word,
    ...sayAll(nodes, setting),
    ...choices.map((choice) => `${choice.letter}) ${sayAll(choice.nodes, setting).join(' ')}`),
    ...sayAll(answer, setting),
  ],
  'page-break': () => [],
  diagram: ({ title }, { words: { reader, colon } }) => [`${reader.diagram}${colon}${title}. ${reader.notDrawn}`],
  transcript: ({ caption, items }, { words }) => [caption, ...items.flatMap((item) => plainLines(item, words))],
  title: ({ id, title, facts }) => [`${id}: ${title}.`, ...facts],
  contents: sayContents,
  section: ({ head, nodes }, setting) => [
    ...(head ? [`${setting.words.reader.section}${setting.words.colon}${sayHead(head, setting)}`] : []),
    ...sayAll(nodes, setting),
  ],
};

/** Linear text, for screen readers and logs. */
export function sayNodes(nodes: readonly Node[], setting: Setting): string[] {
  return stack(nodes.map((node) => formatBy(SAYERS, node, setting)));
}

function sayAll(nodes: readonly Node[], setting: Setting): string[] {
  return nodes.flatMap((node) => formatBy(SAYERS, node, setting));
}

/** A word before what it is said of. */
function said(word: string, { colon }: Setting['words']): string {
  return `${word}${colon}`.trimEnd();
}

/** The words without marks; where a link leads stands behind it. */
function sayInlines(inlines: readonly Inline[], { name }: Setting): string {
  const said = inlines.map(({ text, href }, index) => {
    if (href === undefined || href === inlines[index + 1]?.href) return text;
    const { note } = destinationOf(href, name);
    return note === undefined || saysItself(text, note) ? text : `${text} (${note})`;
  });
  return visible(said.join('').replaceAll('\n', ' '));
}

function sayList({ start, items }: List, setting: Setting): string[] {
  return items.flatMap((item, index) => {
    const [first = '', ...rest] = sayAll(item, setting);
    return [`${start === undefined ? '-' : `${start + index}.`} ${first}`, ...rest];
  });
}

/** Each row on a line, each cell with the name of its column. */
function sayTable({ head, rows }: Table, setting: Setting): string[] {
  const { reader, colon } = setting.words;
  const names = head.map((cell) => sayInlines(cell, setting));
  const sayRow = (row: readonly Inline[][]) =>
    row.map((cell, column) => [names[column], sayInlines(cell, setting)].filter((part) => part !== '').join(colon));
  return [
    `${reader.table}${colon}${names.filter((name) => name !== '').join(', ')}`,
    ...rows.map((row) => sayRow(row).join('; ')),
  ];
}

/** Each chapter on a line, with the id to ask for it by. */
function sayContents({ word, entries, areIds, how }: Contents, setting: Setting): string[] {
  const lines = areIds ? [entries.map(({ id }) => id).join(', ')] : entries.map((entry) => sayHead(entry, setting));
  return [said(word, setting.words), ...lines, sayInlines(how, setting)];
}

function sayHead({ id, title }: Contents['entries'][number], setting: Setting): string {
  return `${sayInlines(title, setting)} (${id})`;
}
