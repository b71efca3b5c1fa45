import type { Inline } from '../document/inline.js';
import { parseInlines } from '../document/markdown.js';
import type { Contents, Title } from '../document/nodes.js';
import { indent } from '../text/lines.js';
import { displayWidth } from '../text/width.js';
import { wrap } from '../text/wrap.js';
import { inside, marginOf, measureOf, type Page } from './page.js';
import { spansOf, wrapInlines } from './spans.js';

/** The lesson's title, what it is about, and how long it takes. */
export function formatTitle({ id, title, facts, meta }: Title, page: Page): string[] {
  const { paint, measure } = page;
  const margin = marginOf(page);
  return [
    ...wrap([{ text: id, paint: paint.cyan }, { text: '  ' }, { text: title, paint: paint.bold }], measure, 2),
    ...facts.flatMap((fact) => indent(wrap([{ text: fact }], measure - margin), margin)),
    ...Object.entries(meta).flatMap(([key, value]) => formatMeta(key, value, inside(page, margin))),
  ];
}

/** `docker  --memory, --cpus` */
function formatMeta(key: string, value: string, page: Page): string[] {
  const spans = [{ text: `${key.padEnd(8)}`, paint: page.paint.dim }, ...spansOf(parseInlines(value), page)];
  return indent(wrap(spans, page.measure, page.measure < 40 ? 2 : 8), marginOf(page));
}

/** The titles of all chapters, each with the id to ask for it by. */
export function formatContents({ word, entries, areIds, how }: Contents, page: Page): string[] {
  const margin = marginOf(page);
  const within = inside(page, margin);
  const ids = entries.map(({ id }) => id);
  const widest = Math.max(...ids.map((id) => id.length));
  const rows = areIds
    ? wrap([{ text: ids.join('  '), paint: page.paint.cyan }], within.measure)
    : entries.flatMap((entry) => formatEntry(entry, widest + 2, within));
  return [page.paint.bold(word), ...indent([...rows, '', ...wrapInlines(how, within)], margin)];
}

type Entry = Contents['entries'][number];

/** Id and title beside each other, or below each other where it is narrow. */
function formatEntry({ id, level, title }: Entry, left: number, page: Page): string[] {
  const spans = [{ text: level > 2 ? '  ' : '' }, ...spansOf(title, page)];
  const name = { text: id, paint: page.paint.cyan };
  if (page.measure < left + 20) return [...wrap([name], page.measure), ...indent(wrap(spans, page.measure - 2), 2)];
  return wrap([name, { text: ' '.repeat(left - displayWidth(id)) }, ...spans], page.measure, left);
}

/** `━━ Limit: CPU quota ━━━━━━━━━━━━━━━━━━━━━━━━━━━ cpu-quota ━━`, as a step of a lab begins; a smaller one has a short rule. */
export function formatHead({ id, level, title }: Entry, page: Page): string[] {
  return level > 2 ? formatSubheading(title, page) : formatHeading(id, title, page);
}

function formatHeading(id: string, title: readonly Inline[], page: Page): string[] {
  const { paint, symbols } = page;
  const spans = spansOf(title, page);
  const width = measureOf(page.width);
  const taken = spans.reduce((sum, { text }) => sum + displayWidth(text), 0) + displayWidth(id) + 8;
  const bold = spans.map((span) => ({ ...span, paint: (text: string) => paint.bold(span.paint?.(text) ?? text) }));
  if (taken > width) return [...wrap(bold, width), paint.cyan(symbols.rule.repeat(width))];
  const ends = paint.cyan(symbols.rule.repeat(2));
  return [`${ends} ${wrap(bold, width)[0]} ${paint.cyan(symbols.rule.repeat(width - taken))} ${id} ${ends}`];
}

function formatSubheading(title: readonly Inline[], page: Page): string[] {
  const lines = wrap(spansOf(title, page), page.measure - 3).map((line) => page.paint.bold(line));
  const [first = '', ...rest] = lines;
  return [`${page.paint.cyan(page.symbols.rule.repeat(2))} ${first}`, ...indent(rest, 3)];
}
