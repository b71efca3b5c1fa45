import type { Diagram } from '../../lab/blocks.js';
import { visible } from '../text/visible.js';
import { displayWidth } from '../text/width.js';
import { wrap } from '../text/wrap.js';
import type { Page } from './page.js';

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

/** The drawing as it is, below its title; the reader is told where it does not fit. */
export function formatDiagram({ title, text }: Diagram, page: Page): string[] {
  const lines = visible(drawnFor(text, page)).split('\n');
  const needed = Math.max(...lines.map(displayWidth));
  const head = title === '' ? [] : wrap([{ text: title, paint: page.paint.bold }], page.measure);
  return [...head, ...tell(needed, page), ...lines];
}

function tell(needed: number, { width, measure, paint, wording }: Page): string[] {
  if (needed <= width) return [];
  return wrap([{ text: wording.tooWide(needed, width), paint: paint.yellow }], measure);
}
