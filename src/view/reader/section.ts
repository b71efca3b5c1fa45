import type { Block } from '../../lesson/blocks.js';
import type { Chapter } from '../../lesson/chapters.js';
import type { Section } from '../../lesson/lesson.js';
import { displayWidth } from '../text/width.js';
import { wrap } from '../text/wrap.js';
import { formatCallout, formatHint } from './asides.js';
import { formatDiagram } from './drawing.js';
import { parseInlines } from './markdown.js';
import { indent, inside, marginOf, measureOf, type Page, stack } from './page.js';
import { formatPredict } from './predict.js';
import { formatMarkdown } from './prose.js';
import { spansOf } from './spans.js';
import { formatTranscript } from './transcript.js';

/** Where blocks stand: the lesson's id, and the id to ask for the section by. */
export interface Place {
  readonly lesson: string;
  readonly section: string;
}

/** A chapter with its heading and its parts. */
export function formatChapter({ id, section, parts }: Chapter, lesson: string, page: Page): string[] {
  const smaller = parts.map((part) =>
    stack([
      formatSubheading(part.section, page),
      formatBlocks(part.section.blocks, { lesson, section: part.id }, page),
    ]),
  );
  return stack([
    formatHeading(section, id, page),
    formatBlocks(section.blocks, { lesson, section: id }, page),
    ...smaller,
  ]);
}

/** The blocks of a section, and the footnotes of its links. Notes are for presenters. */
export function formatBlocks(blocks: readonly Block[], place: Place, page: Page): string[] {
  const hints = blocks.filter(({ type }) => type === 'hint').length;
  const lines = blocks.map((block) => formatBlock(block, { ...place, hints }, page));
  return stack([...lines, formatFootnotes(page)]);
}

function formatBlock(block: Block, { lesson, section, hints }: Place & { hints: number }, page: Page): string[] {
  const margin = marginOf(page);
  const within = inside(page, margin);
  switch (block.type) {
    case 'prose':
      return indent(formatMarkdown(block.text, within), margin);
    case 'predict':
      return indent(formatPredict(block, section, within), margin);
    case 'hint':
      return indent(formatHint(block, { section, of: hints }, within), margin);
    case 'callout':
      return indent(formatCallout(block, within), margin);
    case 'diagram':
      return formatDiagram(block, page);
    case 'transcript':
      return formatTranscript(block, lesson, page);
    case 'notes':
      return [];
  }
}

/** `━━ Limit: a fifth of a CPU ━━━━━━━━━━━━━━━━━━━━━ cpu-quota ━━`, as a step of a lab begins. */
function formatHeading({ title }: Section, id: string, page: Page): string[] {
  const { paint, symbols } = page;
  const spans = spansOf(parseInlines(title), page);
  const width = measureOf(page.width);
  const taken = spans.reduce((sum, { text }) => sum + displayWidth(text), 0) + displayWidth(id) + 8;
  const bold = spans.map((span) => ({ ...span, paint: (text: string) => paint.bold(span.paint?.(text) ?? text) }));
  if (taken > width) return [...wrap(bold, width), paint.cyan(symbols.rule.repeat(width))];
  const ends = paint.cyan(symbols.rule.repeat(2));
  return [`${ends} ${wrap(bold, width)[0]} ${paint.cyan(symbols.rule.repeat(width - taken))} ${id} ${ends}`];
}

function formatSubheading({ title }: Section, page: Page): string[] {
  const spans = spansOf(parseInlines(title), page);
  const lines = wrap(spans, page.measure - 3).map((line) => page.paint.bold(line));
  const [first = '', ...rest] = lines;
  return [`${page.paint.cyan(page.symbols.rule.repeat(2))} ${first}`, ...indent(rest, 3)];
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
