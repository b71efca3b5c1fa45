import type { Code } from '../document/nodes.js';
import type { CodeKind, CodePart } from '../highlight.js';
import { indent } from '../text/lines.js';
import type { Span } from '../text/span.js';
import { visible } from '../text/visible.js';
import { fits, wrap } from '../text/wrap.js';
import { drawnFor } from './drawing.js';
import { marginOf, type Page } from './page.js';

/** Code, moved to the right, with the region that it comes from above it; what a program printed stands behind a bar. */
export function formatCode({ language, source, text }: Code, page: Page): string[] {
  if (language === '' || language === 'text') return formatPrinted(text, page);
  const lines = visible(text).split('\n').join('\n');
  const parts = page.highlight ? page.highlight(lines, language) : lines.split('\n').map((line) => [{ text: line }]);
  const margin = marginOf(page);
  const body = parts.flatMap((line) => formatLine(line, page.width - margin, page));
  return indent([...formatSource(source, page, margin), ...body], margin);
}

/** `labs/03-cgroups/calls/limits.ts  join-cgroup` */
function formatSource(source: string | undefined, page: Page, margin: number): string[] {
  if (source === undefined) return [];
  const mark = page.unicode ? '▍' : '';
  return wrap([{ text: `${mark}${source.replace('#', '  ')}`, paint: page.paint.dim }], page.width - margin, 2);
}

function formatPrinted(text: string, page: Page): string[] {
  const lines = visible(drawnFor(text, page)).split('\n');
  const bar = page.paint.cyan(page.symbols.bar);
  return lines.flatMap((line) =>
    formatLine([{ text: line }], page.width - 2, page).map((part) => `${bar} ${part}`.trimEnd()),
  );
}

/** A line that is too long goes on below, behind a mark and as far to the right as it began. */
function formatLine(parts: readonly CodePart[], width: number, page: Page): string[] {
  const spans = parts.map((part) => paintPart(part, page));
  if (fits(spans, width)) return [spans.map(({ text, paint }) => paint?.(text) ?? text).join('')];
  const { margin, rest } = splitMargin(spans);
  const start = Math.min(margin, Math.floor(width / 3));
  const mark = page.unicode ? '↪ ' : '\\ ';
  const [first = '', ...more] = wrap(rest, width - start, mark.length);
  return indent([first, ...more.map((line) => page.paint.dim(mark) + line.slice(mark.length))], start);
}

/** The spaces that a line begins with, and what is behind them. */
function splitMargin(spans: readonly Span[]): { margin: number; rest: Span[] } {
  const text = spans.map((span) => span.text).join('');
  const margin = text.length - text.trimStart().length;
  let left = margin;
  const rest = spans.map((span) => {
    const cut = Math.min(left, span.text.length);
    left -= cut;
    return { ...span, text: span.text.slice(cut) };
  });
  return { margin, rest };
}

function paintPart({ text, kind }: CodePart, { paint }: Page): Span {
  // No yellow and no blue: a light or a dark background swallows them. The names of calls stand out without colour, too.
  const painters: Record<CodeKind, Span['paint']> = {
    keyword: paint.magenta,
    function: paint.bold,
    type: paint.cyan,
    string: paint.green,
    number: paint.cyan,
    constant: paint.cyan,
    name: undefined,
    comment: paint.dim,
  };
  const painter = kind && painters[kind];
  return painter ? { text, paint: painter } : { text };
}
