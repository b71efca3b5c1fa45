import type { Callout, List, Node, Question, Section } from '../document/nodes.js';
import { type Formatters, formatBy } from '../formatters.js';
import { itemsInTurn } from '../terminal/index.js';
import { indent, stack } from '../text/lines.js';
import { wrap } from '../text/wrap.js';
import { formatCode } from './code.js';
import { formatContents, formatHead, formatTitle } from './contents.js';
import { formatDiagram } from './drawing.js';
import { inside, marginOf, type Page } from './page.js';
import { PAGE_BREAK } from './page-break.js';
import { wrapInlines } from './spans.js';
import { formatTable } from './table.js';

/** How each kind looks at a terminal. */
const FORMATTERS: Formatters<Node, Page, string[]> = {
  paragraph: ({ inlines }, page) => wrapInlines(inlines, page),
  heading: ({ inlines }, page) => wrapInlines(inlines, page).map((line) => page.paint.bold(line)),
  list: formatList,
  table: formatTable,
  code: formatCode,
  quote: ({ nodes }, page) => behindBar(page.paint.dim(page.symbols.bar), formatNodes(nodes, inside(page, 2))),
  rule: (_, { paint, unicode, measure }) => [paint.dim((unicode ? '─' : '-').repeat(measure))],
  callout: formatCallout,
  question: formatQuestion,
  'page-break': () => [PAGE_BREAK],
  diagram: formatDiagram,
  transcript: formatTranscript,
  title: formatTitle,
  contents: formatContents,
  section: formatSection,
};

/** The lines of a text, an empty one between two nodes. */
export function formatNodes(nodes: readonly Node[], page: Page): string[] {
  return stack(nodes.map((node) => formatBy(FORMATTERS, node, page)));
}

/** Items of one paragraph each stand close together. */
function formatList({ start, items }: List, page: Page): string[] {
  const bullet = page.unicode ? '•' : '-';
  const marks = items.map((_, index) => (start === undefined ? bullet : `${start + index}.`));
  const width = Math.max(...marks.map((mark) => mark.length)) + 1;
  const lists = items.map((item, index) => {
    const [first = '', ...rest] = formatNodes(item, inside(page, width));
    return [page.paint.cyan(marks[index]?.padEnd(width) ?? '') + first, ...indent(rest, width)];
  });
  return items.every((item) => item.length <= 1) ? lists.flat() : stack(lists);
}

/** Behind a bar, with the word for it. */
function formatCallout({ kind, word, nodes }: Callout, page: Page): string[] {
  const { paint, unicode, symbols } = page;
  const heavy = unicode ? '┃' : symbols.bar;
  const bars = { note: paint.green(heavy), warning: paint.red(heavy), hint: paint.magenta(unicode ? '┆' : ':') };
  const color = { note: paint.green.bold, warning: paint.red.bold, hint: paint.bold }[kind];
  return behindBar(bars[kind], [...(word ? [color(word)] : []), ...formatNodes(nodes, inside(page, 2))]);
}

/** The question and its choices, with letters; the answer, or how to see it. */
function formatQuestion({ word, nodes, choices, answer }: Question, page: Page): string[] {
  const { paint, unicode, symbols } = page;
  const within = inside(page, 2);
  const lines = [
    ...wrap([{ text: word, paint: paint.cyan.bold }], within.measure),
    ...stack([
      formatNodes(nodes, within),
      choices.flatMap((choice) => formatChoice(choice, within)),
      formatNodes(answer, within),
    ]),
  ];
  return behindBar(paint.cyan(unicode ? '┃' : symbols.bar), lines);
}

function formatChoice({ letter, nodes, isRight }: Question['choices'][number], page: Page): string[] {
  const mark = `${isRight ? page.symbols.held : ' '} ${letter}) `;
  const [first = '', ...rest] = formatNodes(nodes, inside(page, mark.length));
  const painted = isRight ? page.paint.green.bold(mark) : page.paint.bold(mark);
  return [painted + first, ...indent(rest, mark.length)];
}

/** As the lab itself shows it, between two lines. */
function formatTranscript({ caption, items }: Extract<Node, { type: 'transcript' }>, page: Page): string[] {
  const linesOf = itemsInTurn();
  const rule = page.paint.dim((page.unicode ? '┄' : '-').repeat(page.width));
  const head = wrap([{ text: caption, paint: page.paint.dim }], page.width);
  return [...head, rule, ...items.flatMap((item) => linesOf(item, page)), rule];
}

/** The heading, the text below it with a margin, and the footnotes of its links. */
function formatSection({ head, nodes }: Section, page: Page): string[] {
  const margin = marginOf(page);
  const body = nodes.map((node) => {
    // They may take all of the width.
    if (node.type === 'diagram' || node.type === 'transcript') return formatBy(FORMATTERS, node, page);
    return indent(formatBy(FORMATTERS, node, inside(page, margin)), margin);
  });
  return stack([head ? formatHead(head, page) : [], ...body, formatFootnotes(page)]);
}

function formatFootnotes(page: Page): string[] {
  const margin = marginOf(page);
  const notes = page.footnotes?.take() ?? [];
  const lines = notes.flatMap(({ number, address }) =>
    wrap([{ text: `[${number}] ${address}` }], page.width - margin, 4),
  );
  return indent(
    lines.map((line) => page.paint.dim(line)),
    margin,
  );
}

/** Lines with a bar on their left. */
function behindBar(bar: string, lines: readonly string[]): string[] {
  return lines.map((line) => (line === '' ? bar : `${bar} ${line}`));
}
