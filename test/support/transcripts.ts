import { basename } from 'node:path';
import { CATALOGUE } from '../../labs/catalogue.js';
import { type Lesson, loadLesson } from '../../src/lesson/lesson.js';

/** A run with a step left out, and the steps of it that a lesson shows. */
export interface RecordedSkip {
  readonly lab: string;
  readonly skip: string;
  readonly steps: readonly string[];
}

/** The runs with a step left out that English lessons show; the Chinese ones show the same. */
export function recordedSkips(): RecordedSkip[] {
  return CATALOGUE.flatMap(({ id }) => skipsIn(loadLesson(id)));
}

function skipsIn({ sections, file }: Lesson): RecordedSkip[] {
  const shown = sections.flatMap(({ blocks }) => blocks).filter((block) => block.type === 'transcript');
  const skips = [...new Set(shown.flatMap(({ skip }) => skip ?? []))];
  const stepsOf = (skip: string) => shown.filter((block) => block.skip === skip).map(({ step }) => step);
  return skips.map((skip) => ({ lab: basename(file, '.md'), skip, steps: stepsOf(skip) }));
}
