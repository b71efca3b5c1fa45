import { type Demo, type Page, pageOf, type StepPage } from '../demo/state.js';
import type { Summary } from '../run/items.js';
import { displayWidth } from '../text/width.js';
import { answerOf } from './question.js';
import type { Course, PacedScreen } from './screen.js';

/** How the predictions of a run went: the steps that asked and were answered, and which of them were answered wrongly. */
export interface Predictions {
  readonly asked: readonly string[];
  readonly missed: readonly string[];
}

/** Counts only the questions to which somebody has said what will happen, and the kernel what has. */
export function predictionsOf(demo: Demo): Predictions {
  const pages = demo.told.map((_, index) => pageOf({ ...demo, page: 2 * index + 2 })).filter(isAfter);
  const asked = pages.filter((page) => demo.votes[page.step.id] !== undefined && answerOf(page).check);
  const missed = asked.filter((page) => demo.votes[page.step.id] !== answerOf(page).right);
  return { asked: asked.map(({ step }) => step.id), missed: missed.map(({ step }) => step.id) };
}

function isAfter(page: Page): page is StepPage {
  return page.kind === 'after';
}

/** What there is to say when a lab is over, in Markdown: how the predictions went, and what to do now. */
export function afterwards(
  demo: Demo,
  end: Summary,
  { words, course, width }: Pick<PacedScreen, 'words' | 'course' | 'width'>,
): string[] {
  const { asked, missed } = predictionsOf(demo);
  const { again, predicted } = words.course;
  const withAll = end.skipped?.length ? again(`tslab ${course.lab}`) : undefined;
  return [...(asked.length > 0 ? [predicted(asked.length, missed)] : []), ...offers(course, { words, width }, withAll)];
}

/** What to do now, in Markdown: one line, or one for each where that is too long. `instead` is in place of another step to leave out. */
export function offers(
  { lab, skip, next }: Course,
  { words, width }: Pick<PacedScreen, 'words' | 'width'>,
  instead?: string,
): string[] {
  const { breakIt, read, nextLab } = words.course;
  const given = [
    instead ?? (skip && breakIt(`tslab ${lab} --skip ${skip}`)),
    read(`tslab read ${lab}`),
    next && nextLab(`tslab ${next}`),
  ].flatMap((offer) => offer || []);
  const line = given.join(' · ');
  // A command that is broken in two cannot be copied.
  return displayWidth(line) <= width - 2 ? [line] : given;
}
