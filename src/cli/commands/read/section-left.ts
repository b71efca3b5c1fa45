import { loadLesson } from '../../../lesson/lesson.js';
import { loadProgress } from '../../../state/progress.js';

/** A section at which a lesson was left. */
export interface Left {
  readonly id: string;
  readonly title: string;
}

/** Undefined: at none, or at one that the lesson has no more. */
export function sectionLeft(lesson: string, language: string): Left | undefined {
  const at = loadProgress().progress.sections[lesson];
  const section = at === undefined ? undefined : loadLesson(lesson, language).sections.find(({ id }) => id === at);
  return section && { id: at as string, title: section.title };
}
