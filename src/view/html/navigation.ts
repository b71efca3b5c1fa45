import type { Chapter } from '../../lesson/chapters.js';
import type { Words } from '../words/index.js';
import { type Html, html } from './html.js';
import { inlineHtml } from './markdown.js';

/** A lesson, as lists of lessons know it, in the reader's language. */
export interface LessonEntry {
  readonly id: string;
  readonly title: string;
  readonly summary: string;
  readonly minutes: number;
}

/** The table of contents; on a narrow screen it opens and closes. */
export function tocHtml(chapters: readonly Chapter[], steps: readonly string[], words: Words): Html {
  const items = chapters.map(
    ({ id, section }) =>
      html`<li${steps.includes(id) && html` class="step"`}><a href="#${id}">${inlineHtml(section.title)}</a></li>\n`,
  );
  return html`<nav class="toc" aria-label="${words.reader.contents}"><details><summary>${words.reader.contents}</summary><ol>${items}</ol></details></nav>`;
}

/** The lessons before and after this one. */
export function neighboursHtml(id: string, lessons: readonly LessonEntry[], words: Words): Html {
  const at = lessons.findIndex((lesson) => lesson.id === id);
  const [previous, next] = at === -1 ? [] : [lessons[at - 1], lessons[at + 1]];
  const link = (lesson: LessonEntry, rel: 'prev' | 'next', label: string) =>
    html`<a href="${lesson.id}.html" rel="${rel}"><span>${label}</span> ${inlineHtml(lesson.title)}</a>`;
  return html`<nav class="neighbours" aria-label="${words.page.lessonNavigation}">${previous && link(previous, 'prev', words.page.previous)}<a href="index.html">${words.page.allLessons}</a>${next && link(next, 'next', words.page.next)}</nav>`;
}
