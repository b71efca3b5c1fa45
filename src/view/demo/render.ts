import { indent } from '../text/lines.js';
import { footLine, headLine } from './frame.js';
import { type Layout, layOut, type Stage } from './layout.js';
import { pageLines } from './pages.js';
import { type Demo, type Extent, type Page, pageOf } from './state.js';

/** The screen of a demo: a line for each row of the stage, none wider than its columns. */
export function render(demo: Demo, stage: Stage): string[] {
  if (demo.blank) return blank(stage.rows);
  const layout = layOut(stage);
  const page = pageOf(demo);
  const lines = pageLines(demo, page, layout);
  const extent = { lines: lines.length, rows: layout.rows };
  const head = headLine(demo, page, layout);
  const foot = footLine(demo, page, extent, layout);
  const gap = layout.airy ? [''] : [];
  return [head, ...gap, ...body(demo, page, lines, layout), ...gap, foot].slice(-stage.rows);
}

/** How long the page on the screen is, and how much of it fits. */
export function extentOf(demo: Demo, stage: Stage): Extent {
  const layout = layOut(stage);
  return { lines: pageLines(demo, pageOf(demo), layout).length, rows: layout.rows };
}

/** The part of the page that the screen shows; a short one does not cling to the top. */
function body(demo: Demo, page: Page, lines: readonly string[], { rows, margin }: Layout): string[] {
  const from = Math.min(demo.scroll, Math.max(lines.length - rows, 0));
  const slack = Math.max(rows - lines.length, 0);
  const above = Math.floor(slack * shareAbove(demo, page));
  const shown = indent(lines.slice(from, from + rows), margin);
  return [...blank(above), ...shown, ...blank(rows - above - shown.length)];
}

/** Pages that grow while they are looked at stay where they are. */
function shareAbove({ help, commands, typed }: Demo, { kind }: Page): number {
  if (help || commands || typed !== undefined || kind === 'after') return 0;
  return kind === 'title' ? 0.4 : 0.25;
}

function blank(count: number): string[] {
  return Array<string>(count).fill('');
}
