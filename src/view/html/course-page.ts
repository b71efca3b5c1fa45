import { basename } from 'node:path';
import type { Lesson } from '../../lesson/lesson.js';
import { wordsIn } from '../words/index.js';
import { Html, html } from './html.js';
import { documentHtml } from './layout.js';
import { inlineHtml } from './markdown.js';
import { contentHtml, type PageSpec } from './page.js';

/** A lesson, its code included, and what its page shows around it. */
export interface LessonPage {
  readonly lesson: Lesson;
  readonly spec: PageSpec;
}

/** All lessons on one page, to be printed or kept. */
export async function renderCourse(pages: readonly LessonPage[]): Promise<string> {
  const [{ spec }] = pages as [LessonPage];
  const words = wordsIn(spec.language);
  const articles = await Promise.all(pages.map(articleHtml));
  return documentHtml({
    ...spec,
    title: `${words.page.course} · tslab`,
    description: words.page.about,
    file: 'course.html',
    data: { page: 'course', run: 'none' },
    body: html`<main id="text" class="course">
<h1>${words.page.site}</h1>
<p class="summary">${words.page.about}</p>
<ol>${spec.lessons.map(({ id, title }) => html`<li><a href="#${id}">${inlineHtml(title)}</a></li>\n`)}</ol>
${articles}
</main>`,
  });
}

async function articleHtml({ lesson, spec }: LessonPage): Promise<Html> {
  const id = basename(lesson.file, '.md');
  const { text } = await contentHtml(lesson, spec);
  return html`<article id="${id}">${new Html(withinPage(text, id))}</article>\n`;
}

/**
 * Ids and names of sections are unique in a lesson only: each id gets the lesson's before it, and so do the links to it, of other
 * lessons, too; each name gets the lesson's title behind it.
 */
function withinPage(text: string, lesson: string): string {
  return text
    .replace(/ (id|aria-describedby)="([^"]+)"/g, ` $1="${lesson}--$2"`)
    .replace(/ aria-labelledby="([^"]+)"/g, ` aria-labelledby="${lesson}--$1 ${lesson}--lesson"`)
    .replace('<h1>', `<h1 id="${lesson}--lesson">`)
    .replace(/ href="#([^"]+)"/g, ` href="#${lesson}--$1"`)
    .replace(/ href="([\w-]+)\.html#([^"]+)"/g, ' href="#$1--$2"')
    .replace(/ href="([\w-]+)\.html"/g, ' href="#$1"');
}
