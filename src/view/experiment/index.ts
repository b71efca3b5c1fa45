import type { LabStarted } from '../../lab/events.js';
import { offers } from '../paced/afterwards.js';
import type { Course } from '../paced/screen.js';
import { splitWhy } from '../run/sentences.js';
import { paragraph, type Screen, withMargin } from '../terminal/screen.js';
import { formatEnd } from '../terminal/summary.js';
import { wrap } from '../text/wrap.js';
import type { Comparison } from './runs.js';
import { formatStepComparison } from './steps.js';

/** What the lesson says of each step that is left out, in Markdown, and what to do next. */
export interface Told {
  readonly skipped: readonly string[];
  readonly sentences: readonly string[];
  readonly course?: Course;
}

/** What is about to run: the lab's name, and that this is an experiment. */
export function experimentHead(
  { id, title }: Pick<LabStarted, 'id' | 'title'>,
  skipped: readonly string[],
  screen: Screen,
): string[] {
  const { paint, width, words } = screen;
  const heading = [
    ...[{ text: words.experiment.title, paint: paint.yellow.bold }, { text: '  ' }],
    ...[{ text: id, paint: paint.cyan }, { text: '  ' }, { text: title, paint: paint.bold }],
  ];
  return [...wrap(heading, width, 2), ...paragraph(words.experiment.intro(skipped.join(words.comma)), screen)];
}

/** The same where the run without is held, which is the only one. */
export function heldHead(skipped: readonly string[], { paint, width, words }: Screen): string[] {
  const { title, heldIntro } = words.experiment;
  const spans = [{ text: title, paint: paint.yellow.bold }, { text: `  ${heldIntro(skipped.join(words.comma))}` }];
  return wrap(spans, width, 2);
}

/** The pages of an experiment: each step that differs, and what came of it all. */
export function experimentPages(comparison: Comparison, told: Told, screen: Screen): string[][] {
  if (comparison.with.status === 'impossible') return [formatEnd(comparison.with, screen)];
  const steps = comparison.steps.map((step) => formatStepComparison(step, screen));
  return [...steps, formatOutcome(comparison, told, screen)];
}

function formatOutcome({ same, ...ends }: Comparison, told: Told, screen: Screen): string[] {
  const { paint, symbols, width, words } = screen;
  const verdict = words.experiment.outcome(told.skipped.join(words.comma), ends);
  const { why } = splitWhy(ends.without, words);
  return [
    paint.cyan(symbols.rule.repeat(width)),
    ...withMargin(paint.yellow.bold(symbols.skipped), wrap([{ text: verdict, paint: paint.bold }], width - 2)),
    ...paragraph(words.experiment.same(same), screen),
    ...(why ? paragraph(why, screen) : []),
    ...told.sentences.flatMap((sentence) => ['', ...paragraph(words.sentence(sentence), screen)]),
    ...(told.course ? ['', ...offers(told.course, screen).flatMap((offer) => paragraph(offer, screen))] : []),
  ];
}
