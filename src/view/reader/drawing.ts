import type { Node } from '../document/nodes.js';
import { indent } from '../text/lines.js';
import { visible } from '../text/visible.js';
import { displayWidth } from '../text/width.js';
import { wrap } from '../text/wrap.js';
import { marginOf, type Page } from './page.js';

// What box-drawing characters look like without Unicode; each takes one column, as before.
const ASCII: readonly (readonly [characters: RegExp, ascii: string])[] = [
  [/[─━┄┅┈┉╌╍╴╶╸╺]/g, '-'],
  [/═/g, '='],
  [/[│┃┆┇┊┋║╎╏╵╷╹╻]/g, '|'],
  [/[\u250c-\u254b\u2552-\u2570]/g, '+'],
  [/[▶►▷→⟶]/g, '>'],
  [/[◀◄◁←]/g, '<'],
  [/[▲△↑]/g, '^'],
  [/[▼▽↓]/g, 'v'],
  [/[•●○◦·]/g, '*'],
  [/[█▓▒░■□▪▫]/g, '#'],
  [/×/g, 'x'],
  [/…/g, '.'],
  [/[–—]/g, '-'],
];

/** The drawing in characters that the terminal has. */
export function drawnFor(text: string, { unicode }: Pick<Page, 'unicode'>): string {
  return unicode ? text : ASCII.reduce((drawn, [characters, ascii]) => drawn.replace(characters, ascii), text);
}

/** The drawing as it is, below its title; in the margin where it does not fit beside it, and the reader is told where it is too wide. */
export function formatDiagram({ title, text }: Extract<Node, { type: 'diagram' }>, page: Page): string[] {
  const margin = marginOf(page);
  const lines = visible(drawnFor(text, page)).split('\n');
  const needed = Math.max(...lines.map(displayWidth));
  const head = title === '' ? [] : wrap([{ text: title, paint: page.paint.bold }], page.measure - margin);
  const told =
    needed > page.width ? wrap([{ text: page.words.reader.tooWide(needed, page.width) }], page.measure - margin) : [];
  return [...indent([...head, ...told], margin), ...indent(lines, needed + margin > page.width ? 0 : margin)];
}
