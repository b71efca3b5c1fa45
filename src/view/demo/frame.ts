import { displayWidth } from '../text/width.js';
import { wrap } from '../text/wrap.js';
import type { Layout } from './layout.js';
import { badge } from './question.js';
import { type Demo, type Extent, isAboutToRun, type Page } from './state.js';

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
  const { stage, screen, margin, words } = layout;
  const below = extent.lines - extent.rows - demo.scroll;
  const arrow = stage.unicode ? '▼' : 'v';
  const more = below > 0 ? `${arrow} ${words.linesBelow(below)}` : '';
  const room = stage.columns - 2 * margin;
  const status = statusOf(demo, layout);
  const said = [status, more].filter((text) => text !== '').join('  ');
  const right = displayWidth(said) <= room ? said : status || more;
  const keys = fitting(keysOf(demo, page, below, layout), room - displayWidth(right) - 2, layout);
  const gap = ' '.repeat(Math.max(room - keys.width - displayWidth(right), 0));
  const [clipped = ''] = wrap([{ text: right, paint: screen.paint.bold }], room);
  return `${' '.repeat(margin)}${keys.text}${gap}${clipped}`.trimEnd();
}

/** A key, and what it does. */
type Hint = readonly [key: string, meaning: string];

function keysOf(demo: Demo, page: Page, below: number, { words, stage }: Layout): Hint[] {
  const { keys } = words;
  if (demo.leaving) return [];
  if (demo.help) return [['', words.close]];
  if (demo.typed !== undefined) return [[`${demo.typed || ' '}_`, `1-${demo.script.steps.length}, Enter`]];
  const isEnd = page.kind === 'end' && below <= 0;
  const onward = below > 0 ? keys.more : isAboutToRun(demo) ? keys.run : page.kind === 'title' ? keys.begin : keys.next;
  const space: Hint[] = isEnd
    ? [
        ['q', keys.quit],
        ['r', keys.again],
      ]
    : [[demo.auto ? 'Enter' : 'Space', onward]];
  const choices = page.kind === 'before' ? (page.step.predict?.choices.length ?? 0) : 0;
  const last = String.fromCharCode('a'.charCodeAt(0) + choices - 1);
  const vote: Hint[] = choices > 0 ? [[`a-${last}`, keys.vote]] : [];
  const back: Hint[] = [[stage.unicode ? '←' : 'p', keys.back]];
  const rest: Hint[] = [
    ['g', keys.goTo],
    ['?', keys.help],
  ];
  return [...space, ...vote, ...back, ...rest, ...(isEnd ? [] : [['q', keys.quit] as const])];
}

/** As many hints as fit, the first ones first. */
function fitting(hints: readonly Hint[], room: number, { screen }: Layout): { text: string; width: number } {
  let text = '';
  let width = 0;
  for (const [key, meaning] of hints) {
    const gap = width === 0 ? '' : '   ';
    const label = key === '' ? '' : badge(key, screen);
    const own = gap.length + (key === '' ? 0 : displayWidth(key) + 3) + displayWidth(meaning);
    if (width + own > room) break;
    text += `${gap}${label}${key === '' ? '' : ' '}${meaning}`;
    width += own;
  }
  return { text, width };
}

function statusOf({ lab, auto, notice, leaving }: Demo, { words }: Layout): string {
  if (leaving) return words.ending;
  if (notice) return words.notices[notice];
  if (lab === 'running') return words.running;
  if (!auto) return '';
  return auto.going ? words.auto(auto.seconds) : words.paused;
}
