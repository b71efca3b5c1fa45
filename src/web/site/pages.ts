import { readFileSync } from 'node:fs';
import { LESSON_IDS } from '../../../labs/catalogue.js';
import { renderIndex } from '../../view/html/index-page.js';
import { ICON, styleSheet } from '../../view/html/style/index.js';
import { LANGUAGES } from '../../view/words/index.js';
import { searchIndex } from '../search-index.js';
import { built } from '../server/built.js';
import { renderLesson, renderWholeCourse } from '../server/lesson-page.js';
import { lessonEntries } from '../server/lessons.js';

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
  const place = { language, base: '../' };
  const lessons: SiteFile[] = [];
  for (const id of LESSON_IDS)
    lessons.push({ path: `${language}/${id}.html`, text: await renderLesson(id, { ...place, run: 'recorded' }) });
  return [
    { path: `${language}/index.html`, text: renderIndex({ ...place, lessons: lessonEntries(language) }) },
    { path: `${language}/search.js`, text: searchIndex(language) },
    { path: `${language}/course.html`, text: await renderWholeCourse(place) },
    ...lessons,
  ];
}
