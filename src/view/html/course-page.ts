import { basename } from 'node:path';
import type { Lesson } from '../../lesson/lesson.js';
import { wordsIn } from '../words/index.js';
import { Html, html } from './html.js';
import { documentHtml } from './layout.js';
import { inlineHtml } from './markdown.js';
import { contentHtml, type PageSpec } from './page.js';

/** All lessons on one page, to be printed or kept. */
export async function renderCourse(lessons: readonly Lesson[], specOf: (id: string) => PageSpec): Promise<string> {
  const specs = lessons.map((lesson) => ({ lesson, spec: specOf(basename(lesson.file, '.md')) }));
  const [{ spec } = { spec: specOf('') }] = specs;
  const words = wordsIn(spec.language);
  const articles = await Promise.all(specs.map((one) => articleHtml(one.lesson, one.spec)));
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

async function articleHtml(lesson: Lesson, spec: PageSpec): Promise<Html> {
  const id = basename(lesson.file, '.md');
  const { text } = await contentHtml(lesson, spec);
  return html`<article id="${id}">${new Html(withinPage(text, id))}</article>\n`;
}

/** Ids are unique in a lesson only: each gets the lesson's before it, and so do the links to it, of other lessons, too. */
function withinPage(text: string, lesson: string): string {
  return text
    .replace(/ (id|aria-labelledby|aria-describedby)="([^"]+)"/g, ` $1="${lesson}--$2"`)
    .replace(/ href="#([^"]+)"/g, ` href="#${lesson}--$1"`)
    .replace(/ href="([\w-]+)\.html#([^"]+)"/g, ' href="#$1--$2"')
    .replace(/ href="([\w-]+)\.html"/g, ' href="#$1"');
}
