import type { LabStarted } from '../../lab/events.js';
import type { NumberedStep } from '../run/items.js';
import { leftOut, legendOf } from '../run/sentences.js';
import { displayWidth } from '../text/width.js';
import { wrap } from '../text/wrap.js';
import { formatLegend } from './calls.js';
import { paragraph, type Screen, withMargin } from './screen.js';

/** The lab's name, the machine that it runs on, and what the marks mean. */
export function formatLab(lab: LabStarted, screen: Screen): string[] {
  return [...formatTitle(lab, screen), ...formatLegend(screen)];
}

export function formatTitle(lab: LabStarted, { paint, width, words }: Screen): string[] {
  const title = [{ text: lab.id, paint: paint.cyan }, { text: '  ' }, { text: lab.title, paint: paint.bold }];
  const names = legendOf(lab).flatMap((text) => wrap([{ text }], width, 2));
  return [...wrap(title, width, 2), ...wrap([{ text: words.machine(lab) }], width, 2), ...names];
}

/** Number, title and id on a rule, and the narration below it. */
export function formatStep(step: NumberedStep, screen: Screen): string[] {
  const why = leftOut(step, screen.words);
  const prose = step.prose && !step.impossible ? paragraph(step.prose, screen) : [];
  return [...stepRule(step, screen), ...(why ? formatLeftOut(why, screen) : []), ...prose];
}

function formatLeftOut(text: string, { paint, symbols, width }: Screen): string[] {
  return withMargin(paint.yellow.bold(symbols.skipped), wrap([{ text, paint: paint.bold }], width - 2));
}

function stepRule({ number, title, id }: NumberedStep, { width, paint, symbols }: Screen): string[] {
  const heading = `${number}  ${title}`;
  const free = width - displayWidth(heading) - displayWidth(id) - 8;
  if (free < 0) return wrap([{ text: heading, paint: paint.bold }], width, 3);
  const ends = paint.cyan(symbols.rule.repeat(2));
  return [`${ends} ${paint.bold(heading)} ${paint.cyan(symbols.rule.repeat(free))} ${id} ${ends}`];
}
