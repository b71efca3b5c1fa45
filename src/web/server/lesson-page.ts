import { CATALOGUE } from '../../../labs/catalogue.js';
import { loadRun } from '../../lab/recording.js';
import { includeCode } from '../../lesson/include.js';
import { loadLesson } from '../../lesson/lesson.js';
import { renderPage } from '../../view/html/page.js';
import type { PageLab } from '../../view/html/run-panel.js';
import { BASE, lessonEntries } from './lessons.js';
import { termsFor } from './terms.js';

/** The page of a lesson, with a panel to run its lab. Throws UserError where the lesson is broken. */
export async function renderLesson(id: string, language: string): Promise<string> {
  const lab = await findLab(id);
  return await renderPage(includeCode(loadLesson(id, language)), {
    language,
    base: BASE,
    run: 'live',
    lessons: lessonEntries(language),
    terms: termsFor(id, language),
    // A lesson whose runs are still to be recorded can be read all the same.
    ...(lab && { lab, loadRun: (skip) => loadRun(id, skip) ?? [] }),
  });
}

/** What a page has to know of the lab; undefined for a text without one. */
export async function findLab(id: string): Promise<PageLab | undefined> {
  const entry = CATALOGUE.find((one) => one.id === id);
  if (entry === undefined) return undefined;
  const { steps, skippable } = await entry.load();
  return { id, steps, skippable, options: entry.options };
}
