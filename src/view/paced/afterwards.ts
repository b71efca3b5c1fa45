import { type Demo, type Page, pageOf, type StepPage } from '../demo/state.js';
import type { Summary } from '../run/items.js';
import { answerOf } from './question.js';
import type { PacedScreen } from './screen.js';

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
  { words, course }: Pick<PacedScreen, 'words' | 'course'>,
): string[] {
  const { asked, missed } = predictionsOf(demo);
  const { again, breakIt, read, nextLab, predicted } = words.course;
  const offers = [
    end.skipped?.length
      ? again(`tslab ${course.lab}`)
      : course.skip && breakIt(`tslab ${course.lab} --skip ${course.skip}`),
    read(`tslab read ${course.lab}`),
    course.next && nextLab(`tslab ${course.next}`),
  ];
  return [...(asked.length > 0 ? [predicted(asked.length, missed)] : []), offers.filter(Boolean).join(' · ')];
}
