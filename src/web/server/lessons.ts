import { CATALOGUE } from '../../../labs/catalogue.js';
import { includeCode } from '../../lab/include.js';
import { type Lesson, loadLesson } from '../../lab/lesson.js';
import { loadRun } from '../../lab/recording.js';
import type { LessonEntry } from '../../view/html/navigation.js';
import { renderPage } from '../../view/html/page.js';
import type { PageLab } from '../../view/html/run-panel.js';

/** The folder of the pages: each has its language in its address, `/en/03-cgroups.html`. */
export const BASE = '/';

/** All texts in the order in which they are read: labs have lessons, and these two have no lab. */
export const LESSON_IDS: readonly string[] = ['00-introduction', ...CATALOGUE.map(({ id }) => id), 'glossary'];

/** What a list of lessons says of each. */
export function lessonEntries(language: string): LessonEntry[] {
  return LESSON_IDS.map((id) => entryOf(id, loadLesson(id, language)));
}

function entryOf(id: string, { title, summary, minutes }: Lesson): LessonEntry {
  return { id, title, summary, minutes };
}

/** The page of a lesson, with a panel to run its lab. */
export async function renderLesson(id: string, language: string): Promise<string> {
  const lab = await findLab(id);
  return await renderPage(includeCode(loadLesson(id, language)), {
    language,
    base: BASE,
    run: 'live',
    lessons: lessonEntries(language),
    // A lesson whose runs are still to be recorded can be read all the same.
    ...(lab && { lab, loadRun: (skip) => loadRun(id, skip) ?? [] }),
  });
}

async function findLab(id: string): Promise<PageLab | undefined> {
  const entry = CATALOGUE.find((one) => one.id === id);
  if (entry === undefined) return undefined;
  const { steps, skippable } = await entry.load();
  return { id, steps, skippable, options: entry.options };
}
