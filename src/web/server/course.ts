import { loadRun } from '../../lab/recording.js';
import { includeCode } from '../../lesson/include.js';
import { loadLesson } from '../../lesson/lesson.js';
import { renderCourse } from '../../view/html/course-page.js';
import type { PageLab } from '../../view/html/run-panel.js';
import { findLab } from './lesson-page.js';
import { LESSON_IDS, lessonEntries } from './lessons.js';
import { termsFor } from './terms.js';

/** All lessons in a language as one page, which runs nothing. Throws UserError where a lesson is broken. */
export async function renderWholeCourse(language: string, base: string): Promise<string> {
  const labs = new Map<string, PageLab | undefined>();
  for (const id of LESSON_IDS) labs.set(id, await findLab(id));
  const lessons = lessonEntries(language);
  return renderCourse(
    LESSON_IDS.map((id) => includeCode(loadLesson(id, language))),
    (id) => {
      const lab = labs.get(id);
      const loaded = { loadRun: (skip?: string) => loadRun(id, skip) ?? [] };
      return { language, base, run: 'none', lessons, terms: termsFor(id, language), ...(lab && { lab, ...loaded }) };
    },
  );
}
