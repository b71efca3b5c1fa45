import type { Screen } from '../terminal/screen.js';
import { displayWidth } from '../text/width.js';
import { wrap } from '../text/wrap.js';
import type { Layout } from './layout.js';

const DIGITS = [
  ['█▀█', '█ █', '▀▀▀'],
  ['▄█ ', ' █ ', '▀▀▀'],
  ['▀▀█', '█▀▀', '▀▀▀'],
  ['▀▀█', ' ▀█', '▀▀▀'],
  ['█ █', '▀▀█', '  ▀'],
  ['█▀▀', '▀▀█', '▀▀▀'],
  ['█▀▀', '█▀█', '▀▀▀'],
  ['▀▀█', '  █', '  ▀'],
  ['█▀█', '█▀█', '▀▀▀'],
  ['█▀█', '▀▀█', '▀▀▀'],
];

/** Number and title, the number as high as three lines where there is room; what is below the title stands beside its foot. */
export function largeHeading(number: string, title: string, below: string, layout: Layout): string[] {
  const { stage, screen } = layout;
  const isRoomy = stage.unicode && stage.columns >= 60 && stage.rows >= 20;
  if (!isRoomy) return [...smallHeading(number, title, layout), ...(stage.rows >= 20 ? [below] : [])];
  const figure = figureOf(number);
  const indent = displayWidth(figure[0] ?? '') + 3;
  const lines = wrap([{ text: title, paint: screen.paint.bold }], screen.width - indent);
  const beside = lines.length === 1 ? [...lines, '', below] : [...lines, below];
  return beside.map((line, row) => `${screen.paint.bold((figure[row] ?? '').padEnd(indent))}${line}`.trimEnd());
}

/** `4  A /proc of its own`. */
export function smallHeading(number: string, title: string, { screen }: Layout): string[] {
  const heading = number === '' ? title : `${number}  ${title}`;
  const lines = wrap(
    [{ text: heading, paint: screen.paint.bold }],
    screen.width,
    number === '' ? 0 : number.length + 2,
  );
  return lines;
}

/** `── The calls ─────`: what the lines below it are. */
export function sectionRule(text: string, { screen }: Layout): string[] {
  const { paint, unicode, width } = screen;
  const rule = unicode ? '─' : '-';
  const free = width - displayWidth(text) - 4;
  if (free < 1) return wrap([{ text, paint: paint.bold }], width);
  return [`${rule.repeat(2)} ${paint.bold(text)} ${rule.repeat(free)}`];
}

/** Inverse video; brackets where there is none. */
export function badge(text: string, { paint }: Pick<Screen, 'paint'>): string {
  return paint.level === 0 ? `[${text}]` : paint.inverse.bold(` ${text} `);
}

/** The same, or several lines where the screen is narrower than the text. */
export function badgeLines(text: string, { screen }: Layout): string[] {
  const isNarrow = displayWidth(text) + 2 > screen.width;
  return isNarrow ? wrap([{ text, paint: screen.paint.bold }], screen.width) : [badge(text, screen)];
}

/** The digits of a number, drawn in three lines. */
function figureOf(number: string): string[] {
  const digits = [...number].map((digit) => DIGITS[Number(digit)] ?? ['', '', '']);
  return [0, 1, 2].map((row) => digits.map((digit) => digit[row]).join(' '));
}
