import { exercisesOf } from '../../../exercises/catalogue.js';
import { CATALOGUE, LESSON_IDS, optionName } from '../../../labs/catalogue.js';
import { loadRun } from '../../lab/recording.js';
import { includeCode } from '../../lesson/include.js';
import { loadLesson } from '../../lesson/lesson.js';
import { withExercises } from '../../view/exercise/in-lesson.js';
import { type LessonPage, renderCourse } from '../../view/html/course-page.js';
import { type PageSpec, renderPage } from '../../view/html/page.js';
import type { PageLab } from '../../view/html/run-panel.js';
import { type Term, termsOf } from '../../view/html/terms.js';
import { lessonEntries } from './lessons.js';

/** In which language a page is, where it finds the others, and whether its lab can be run from it. */
type Place = Pick<PageSpec, 'language' | 'base' | 'run'>;

/** The page of a lesson. Throws UserError where the lesson is broken. */
export async function renderLesson(id: string, place: Place): Promise<string> {
  const { lesson, spec } = await loadPage(id, place);
  return await renderPage(lesson, spec);
}

/** All lessons in a language as one page, which runs nothing. Throws UserError where a lesson is broken. */
export async function renderWholeCourse(place: Omit<Place, 'run'>): Promise<string> {
  return renderCourse(await Promise.all(LESSON_IDS.map((id) => loadPage(id, { ...place, run: 'none' }))));
}

/** A lesson whose runs are still to be recorded can be read all the same. */
async function loadPage(id: string, { language, base, run }: Place): Promise<LessonPage> {
  const lab = await findLab(id);
  const spec: PageSpec = {
    ...{ language, base, run: lab || run === 'live' ? run : 'none' },
    ...{ lessons: lessonEntries(language), terms: termsFor(id, language) },
    ...(lab && { lab, loadRun: (skip) => loadRun(id, skip) }),
  };
  const lesson = includeCode(loadLesson(id, language));
  return { lesson: withExercises(lesson, exercisesOf(id), { language, hasPages: run === 'live' }), spec };
}

/** What a page has to know of the lab; undefined for a text without one. */
async function findLab(id: string): Promise<PageLab | undefined> {
  const entry = CATALOGUE.find((one) => one.id === id);
  if (entry === undefined) return undefined;
  const { steps, skippable } = await entry.load();
  return { id, steps, skippable, options: entry.options.map((option) => ({ ...option, name: optionName(option) })) };
}

/** The words that a lesson links to the glossary, which links to none itself. */
function termsFor(id: string, language: string): Term[] {
  return id === 'glossary' ? [] : termsOf(loadLesson('glossary', language), language);
}
