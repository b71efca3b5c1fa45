import type { LabStarted } from '../../lab/events.js';
import type { NumberedStep, Summary } from '../arrange.js';
import { displayWidth } from '../text/width.js';
import { wrap } from '../text/wrap.js';
import { countChecks, describeMachine, skippedSentence, statusWords } from '../words.js';
import { formatCheck } from './checks.js';
import { paragraph, type Screen, withMargin } from './screen.js';

/** The lab's name, and the machine that it runs on. */
export function formatLab(lab: LabStarted, screen: Screen): string[] {
  const { paint, width } = screen;
  const title = [{ text: lab.id, paint: paint.cyan }, { text: '  ' }, { text: lab.title, paint: paint.bold }];
  return [...wrap(title, width, 2), ...wrap([{ text: describeMachine(lab) }], width, 2)];
}

/** Number, title and id on a rule, and the narration below it. */
export function formatStep(step: NumberedStep, screen: Screen): string[] {
  const leftOut = step.skipped ? formatLeftOut(step.id, screen) : [];
  return [...stepRule(step, screen), ...leftOut, ...(step.prose ? paragraph(step.prose, screen) : [])];
}

function formatLeftOut(id: string, { paint, symbols, width }: Screen): string[] {
  const text = `left out on purpose (--skip ${id})`;
  return withMargin(paint.yellow.bold(symbols.skipped), wrap([{ text, paint: paint.bold }], width - 2));
}

function stepRule({ number, title, id }: NumberedStep, { width, paint, symbols }: Screen): string[] {
  const heading = `${number}  ${title}`;
  const free = width - displayWidth(heading) - displayWidth(id) - 8;
  if (free < 0) return wrap([{ text: heading, paint: paint.bold }], width, 3);
  const ends = paint.cyan(symbols.rule.repeat(2));
  return [`${ends} ${paint.bold(heading)} ${paint.cyan(symbols.rule.repeat(free))} ${id} ${ends}`];
}

/** How many checks held, which did not, what was left out, and why the lab ended as it did. */
export function formatEnd(end: Summary, screen: Screen): string[] {
  const { paint, symbols, width } = screen;
  return [
    paint.cyan(symbols.rule.repeat(width)),
    ...wrap(verdict(end, screen), width, 2),
    ...(end.why ? paragraph(end.why, screen) : []),
    ...wrapAt2(skippedSentence(end), screen),
    ...end.broken.flatMap((check) => formatCheck(check, screen)),
  ];
}

function verdict(end: Summary, { paint, symbols }: Screen) {
  const held = end.status === 'held';
  const text = `${held ? symbols.held : symbols.broken} ${end.id} ${statusWords(end.status)}`;
  return [{ text, paint: held ? paint.green.bold : paint.red.bold }, { text: `: ${countChecks(end)}` }];
}

function wrapAt2(text: string, screen: Screen): string[] {
  return text === '' ? [] : withMargin(' ', wrap([{ text }], screen.width - 2));
}
