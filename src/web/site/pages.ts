import { readFileSync } from 'node:fs';
import { loadRun } from '../../lab/recording.js';
import { includeCode } from '../../lesson/include.js';
import { loadLesson } from '../../lesson/lesson.js';
import { renderIndex } from '../../view/html/index-page.js';
import { renderPage } from '../../view/html/page.js';
import { ICON, styleSheet } from '../../view/html/style/index.js';
import { LANGUAGES } from '../../view/words/index.js';
import { searchIndex } from '../search-index.js';
import { built } from '../server/built.js';
import { renderWholeCourse } from '../server/course.js';
import { findLab } from '../server/lesson-page.js';
import { LESSON_IDS, lessonEntries } from '../server/lessons.js';
import { termsFor } from '../server/terms.js';

/** A file of the site: its path below the site's directory, with slashes, and what is in it. */
export interface SiteFile {
  readonly path: string;
  readonly text: string;
}

/** All files of the site, in all languages, with the runs that were recorded. Throws UserError where a lesson is broken. */
export async function renderSite(): Promise<SiteFile[]> {
  const files = [
    { path: 'index.html', text: renderIndex({ language: 'en', base: './', lessons: lessonEntries('en') }) },
    { path: 'style.css', text: styleSheet() },
    { path: 'icon.svg', text: ICON },
    script(),
  ];
  for (const language of LANGUAGES) files.push(...(await renderLanguage(language)));
  return files;
}

/** What the build made for the browser. */
function script(): SiteFile {
  return { path: 'lesson.js', text: readFileSync(built('src/web/client/lesson.js'), 'utf8') };
}

async function renderLanguage(language: string): Promise<SiteFile[]> {
  const lessons = lessonEntries(language);
  const index = { path: `${language}/index.html`, text: renderIndex({ language, base: '../', lessons }) };
  const pages: SiteFile[] = [];
  for (const id of LESSON_IDS) {
    const lab = await findLab(id);
    const spec = {
      language,
      base: '../',
      lessons,
      terms: termsFor(id, language),
      ...(lab ? { lab, run: 'recorded' as const } : { run: 'none' as const }),
    };
    const lesson = includeCode(loadLesson(id, language));
    const text = await renderPage(lesson, { ...spec, loadRun: (skip) => loadRun(id, skip) });
    pages.push({ path: `${language}/${id}.html`, text });
  }
  const course = { path: `${language}/course.html`, text: await renderWholeCourse(language, '../') };
  return [index, { path: `${language}/search.js`, text: searchIndex(language) }, course, ...pages];
}
