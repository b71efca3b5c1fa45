import type { Inline } from '../document/inline.js';
import { destinationOf, hyperlink, saysItself } from '../document/links.js';
import type { Span } from '../text/span.js';
import { visible } from '../text/visible.js';
import { wrap } from '../text/wrap.js';
import type { Page } from './page.js';

/** A paragraph's lines; those after the first are moved to the right by `hang`. */
export function wrapInlines(inlines: readonly Inline[], page: Page, hang = 0): string[] {
  return splitAtBreaks(inlines).flatMap((line) => wrap(spansOf(line, page), page.measure, hang));
}

/** The pieces of a paragraph, painted; behind a link the number of its footnote where links are not clickable. */
export function spansOf(inlines: readonly Inline[], page: Page): Span[] {
  return inlines.flatMap((inline, index) => {
    const endsLink = inline.href !== undefined && inline.href !== inlines[index + 1]?.href;
    return [spanOf(inline, page), ...(endsLink ? footnoteOf(inline, page) : [])];
  });
}

function splitAtBreaks(inlines: readonly Inline[]): Inline[][] {
  const lines: Inline[][] = [[]];
  for (const inline of inlines) {
    if (inline.text === '\n') lines.push([]);
    else lines.at(-1)?.push(inline);
  }
  return lines;
}

function spanOf(inline: Inline, page: Page): Span {
  const text = visible(inline.code && page.paint.level === 0 ? `\`${inline.text}\`` : inline.text);
  const paint = painterOf(inline, page);
  return paint ? { text, paint } : { text };
}

/** Undefined: as it is. One painter for all of a link, so that wrap() paints its parts on a line at once. */
function painterOf(inline: Inline, page: Page): Span['paint'] {
  const { paint } = page;
  const style = inline.code ? paint.cyan : inline.strong ? paint.bold : inline.emphasis ? paint.italic : undefined;
  const address = page.footnotes || inline.href === undefined ? undefined : addressOf(inline.href, page);
  if (address === undefined) return style;
  return (text) => hyperlink(address, (style ?? paint).underline(text));
}

function addressOf(href: string, page: Page): string | undefined {
  return destinationOf(href, page.name).address;
}

function footnoteOf({ href = '', text }: Inline, page: Page): Span[] {
  const { note, address } = destinationOf(href, page.name);
  if (note === undefined || saysItself(text, note)) return [];
  if (!page.footnotes) return address === undefined ? [{ text: ` (${note})` }] : [];
  return [{ text: `${page.symbols.noBreak}[${page.footnotes.add(note)}]`, paint: page.paint.dim }];
}
