import { type Words, wordsIn } from '../words/index.js';
import { type Html, html } from './html.js';
import { documentHtml } from './layout.js';
import { inlineHtml } from './markdown.js';
import type { LessonEntry } from './navigation.js';

/** How far the reader has come with a lesson. */
export type LessonProgress = 'read' | 'held' | 'failed';

/** The page that lists the lessons. */
export interface IndexSpec {
  readonly language: string;
  /** Where the style sheet, the script and the folders of the languages are, with a slash at the end. */
  readonly base: string;
  readonly lessons: readonly LessonEntry[];
  /** By id of the lesson; absent for one that was not begun. */
  readonly progress?: Readonly<Record<string, LessonProgress | undefined>>;
}

/** All lessons with their minutes, and how far the reader has come. */
export function renderIndex(spec: IndexSpec): string {
  const words = wordsIn(spec.language);
  return documentHtml({
    ...spec,
    title: `tslab: ${words.page.site}`,
    description: words.page.about,
    file: 'index.html',
    data: { page: 'index' },
    body: html`<main id="text" class="index">
<h1>${words.page.site}</h1>
<p class="summary">${words.page.about}</p>
<ol class="lessons" aria-label="${words.page.lessons}">
${spec.lessons.map((lesson) => entryHtml(lesson, spec, words))}</ol>
<p class="whole"><a href="${spec.base}${spec.language}/course.html">${words.page.course}</a></p>
</main>`,
  });
}

function entryHtml({ id, title, summary, minutes }: LessonEntry, spec: IndexSpec, words: Words): Html {
  const state = spec.progress?.[id];
  const link = `${spec.base}${spec.language}/${id}.html`;
  return html`<li data-lesson="${id}"><a href="${link}"><span class="title">${inlineHtml(title)}</span><code class="id">${id}</code></a>
<p>${inlineHtml(summary)}</p>
<p class="about"><span class="minutes">${words.reader.minutes(minutes)}</span> <span class="progress${state && ` ${state}`}" data-progress="${id}">${state && progressHtml(state, words)}</span></p></li>
`;
}

const MARK = { read: '◐', held: '✓', failed: '✗' } as const;

function progressHtml(state: LessonProgress, words: Words): Html {
  return html`<span aria-hidden="true">${MARK[state]}</span> ${words.page.progress[state]}`;
}
