import { displayWidth } from '../text/width.js';
import { badge } from './heading.js';
import { type Hint, hintsOf } from './hints.js';
import type { Layout } from './layout.js';
import type { Demo, Extent, Page } from './state.js';

/** The first line: which lab, and how far. */
export function headLine({ script }: Demo, page: Page, { stage, screen, margin, words }: Layout): string {
  const isStep = page.kind === 'before' || page.kind === 'after';
  const where = isStep ? words.stepOf(page.number, script.steps.length) : '';
  const short = isStep ? `${page.number}/${script.steps.length}` : '';
  const room = stage.columns - 2 * margin;
  const left = [`${script.id}  ${script.title}`, script.id, ''];
  const [one = '', other = ''] =
    left
      .flatMap((text) => [where, short].map((right) => [text, right]))
      .find(([a = '', b = '']) => fitsBeside(a, b, room)) ?? [];
  const gap = ' '.repeat(Math.max(room - displayWidth(one) - displayWidth(other), 0));
  return `${' '.repeat(margin)}${screen.paint.bold(one)}${gap}${other}`.trimEnd();
}

function fitsBeside(left: string, right: string, room: number): boolean {
  return displayWidth(left) + displayWidth(right) + 2 <= room;
}

/** The last line: what the keys do now, and what else there is to say. */
export function footLine(demo: Demo, page: Page, extent: Extent, layout: Layout): string {
  const { stage, screen, margin } = layout;
  const below = extent.lines - extent.rows - demo.scroll;
  const hints = hintsOf(demo, page, below, layout);
  const room = stage.columns - 2 * margin;
  const least = hints[0] ? widthOf(hints[0]) + 2 : 0;
  const texts = saidInFoot(demo, below, layout);
  const longest = (columns: number) => texts.find((text) => displayWidth(text) <= columns);
  const said = longest(room - least) ?? longest(room) ?? '';
  const keys = fitting(hints, room - displayWidth(said) - 2, layout);
  const gap = ' '.repeat(Math.max(room - keys.width - displayWidth(said), 0));
  return `${' '.repeat(margin)}${keys.text}${gap}${screen.paint.bold(said)}`.trimEnd();
}

/** What there is to say at the right, in full and ever shorter. */
function saidInFoot(demo: Demo, below: number, layout: Layout): string[] {
  const { stage, words } = layout;
  const arrow = stage.unicode ? '▼' : 'v';
  const status = statusOf(demo, layout);
  if (below <= 0) return [status];
  const more = [`${arrow} ${words.linesBelow(below)}`, `${arrow} ${below}`, arrow];
  return status === '' ? more : [...more.map((text) => `${status}  ${text}`), status, ...more];
}

/** As many hints as fit, the first ones first. */
function fitting(hints: readonly Hint[], room: number, { screen }: Layout): { text: string; width: number } {
  let text = '';
  let width = 0;
  for (const [key, meaning] of hints) {
    const gap = width === 0 ? '' : '   ';
    const own = gap.length + widthOf([key, meaning]);
    if (width + own > room) break;
    text += key === '' ? `${gap}${meaning}` : `${gap}${badge(key, screen)} ${meaning}`;
    width += own;
  }
  return { text, width };
}

/** With the ends of its badge. */
function widthOf([key, meaning]: Hint): number {
  return (key === '' ? 0 : displayWidth(key) + 3) + displayWidth(meaning);
}

function statusOf({ lab, auto, notice, leaving }: Demo, { words }: Layout): string {
  if (leaving) return words.ending;
  if (notice) return words.notices[notice];
  if (lab === 'running') return words.running;
  if (!auto) return '';
  return auto.going ? words.auto(auto.seconds) : words.paused;
}
