import { joinLines } from '../../lesson/paragraph.js';
import type { Screen } from '../terminal/screen.js';
import { stack } from '../text/lines.js';
import { type InlineText, parseInline } from '../text/markdown.js';
import type { Span } from '../text/span.js';
import { wrap } from '../text/wrap.js';

const ITEM = /^\s*(?:[-*]|\d+[.)])\s+/;

/** Paragraphs and lists of Markdown, a blank line between paragraphs; fenced code stays as it is. */
export function prose(markdown: string, width: number, screen: Screen): string[] {
  return stack(partsOf(markdown).map((part) => formatPart(part, width, screen)));
}

/** Text in one line of Markdown as pieces to be wrapped. Code is bold, which every projector shows. */
export function inline(markdown: string, { paint }: Screen): Span[] {
  return parseInline(markdown).map(({ text, style }) => paintInline({ text, style }, paint));
}

function paintInline({ text, style }: InlineText, paint: Screen['paint']): Span {
  if (style === 'plain') return { text };
  if (style === 'emphasis') return { text, paint: paint.underline };
  return style === 'code' && paint.level === 0 ? { text: `\`${text}\`` } : { text, paint: paint.bold };
}

/** Paragraphs, list items and fenced blocks, each with its lines. */
function partsOf(markdown: string): string[][] {
  const parts: string[][] = [];
  let fenced = false;
  let open = false;
  for (const line of markdown.split('\n')) {
    const isFence = /^\s*(```|~~~)/.test(line);
    if (!fenced && (line.trim() === '' || isFence || ITEM.test(line))) open = false;
    if (isFence) fenced = !fenced;
    if (line.trim() === '' && !fenced) continue;
    if (open) parts.at(-1)?.push(line);
    else parts.push([line]);
    open = fenced || !isFence;
  }
  return parts;
}

function formatPart(lines: readonly string[], width: number, screen: Screen): string[] {
  const [first = ''] = lines;
  if (/^\s*(```|~~~)/.test(first)) return lines.slice(1, -1).flatMap((text) => wrap([{ text: `  ${text}` }], width, 4));
  const hang = ITEM.exec(first)?.[0].length ?? 0;
  return wrap(inline(joinLines(lines.map((text) => ({ text }))), screen), width, hang);
}
