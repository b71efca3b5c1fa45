import { asks, type Demo, type Page, type StepPage } from '../demo/state.js';
import { plainLines } from '../plain.js';
import type { Item, Summary } from '../run/items.js';
import { letter } from '../run/sentences.js';
import { withoutMarks } from '../text/markdown.js';
import { afterwards } from './afterwards.js';
import { verdictOf } from './question.js';
import type { PacedScreen } from './screen.js';

/** The same as linear text: what a step tells in the order in which it happened. */
export function plainPage(demo: Demo, page: Page, screen: PacedScreen): string[] {
  if (page.kind === 'title') return demo.started ? itemLines(demo.started, screen) : [];
  if (page.kind === 'end')
    return [...itemLines(page.end, screen), ...afterwards(demo, page.end, screen).map(withoutMarks)];
  if (page.kind === 'after')
    return [...introduction(demo, page, screen), ...page.told.items.flatMap((item) => itemLines(item, screen))];
  return asks(page) ? [...heading(page, screen), ...question(page.step.predict, screen)] : [];
}

function itemLines(item: Item, { words }: PacedScreen): string[] {
  return plainLines(item, words);
}

function heading({ told, number, step: { title } }: StepPage, screen: PacedScreen): string[] {
  const { prose: _, ...step } = told.step;
  return itemLines({ ...step, title, number }, screen);
}

function introduction(demo: Demo, page: StepPage, screen: PacedScreen): string[] {
  const { step, told } = page;
  if (told.step.skipped || told.step.impossible) return heading(page, screen);
  if (!step.predict) return [...heading(page, screen), withoutMarks(step.narration)];
  return [verdictOf(demo, page, screen), step.narration, step.predict.why].map(withoutMarks);
}

function question({ question, choices }: NonNullable<StepPage['step']['predict']>, { words }: PacedScreen): string[] {
  const options = choices.map(({ text }, index) => words.plain.labelled(letter(index), text));
  return [words.prompt.question(question), ...options].map(withoutMarks);
}

/** What is said of a lab that was left before its end. */
export function plainFarewell(
  { script, told }: Demo,
  summary: Summary | undefined,
  screen: Pick<PacedScreen, 'words'>,
): string[] {
  const { words } = screen;
  const checks = [...(summary?.broken ?? []), ...(summary?.host?.held ? [summary.host] : [])];
  const left = words.sentence(words.leftAt(script.id, Math.max(told.length, 1), script.steps.length));
  return [left, ...checks.flatMap((check) => plainLines(check, words))];
}
