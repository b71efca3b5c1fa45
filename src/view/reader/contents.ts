import type { Chapter } from '../../lesson/chapters.js';
import type { Lesson } from '../../lesson/lesson.js';
import { displayWidth } from '../text/width.js';
import { wrap } from '../text/wrap.js';
import { readCommand } from './links.js';
import { parseInlines } from './markdown.js';
import { indent, inside, marginOf, type Page } from './page.js';
import { formatMarkdown } from './prose.js';
import { spansOf } from './spans.js';

/** The lesson's title, what it is about, and how long it takes. */
export function formatTitle(lesson: Lesson, id: string, page: Page): string[] {
  const { paint, measure, words } = page;
  const title = [{ text: id, paint: paint.cyan }, { text: '  ' }, { text: lesson.title, paint: paint.bold }];
  const margin = marginOf(page);
  const facts = [`${lesson.summary}`, words.reader.minutes(lesson.minutes)];
  return [
    ...wrap(title, measure, 2),
    ...facts.flatMap((fact) => indent(wrap([{ text: fact }], measure - margin), margin)),
    ...Object.entries(lesson.meta).flatMap(([key, value]) => formatMeta(key, value, inside(page, margin))),
  ];
}

/** `docker  --memory, --cpus` */
function formatMeta(key: string, value: string, page: Page): string[] {
  const spans = [{ text: `${key.padEnd(8)}`, paint: page.paint.dim }, ...spansOf(parseInlines(value), page)];
  return indent(wrap(spans, page.measure, page.measure < 40 ? 2 : 8), marginOf(page));
}

/** The titles of all chapters, each with the id to ask for it by. */
export function formatContents(chapters: readonly Chapter[], page: Page): string[] {
  const within = inside(page, marginOf(page));
  const ids = Math.max(...chapters.map(({ id }) => id.length));
  const rows = saysNoMore(chapters)
    ? formatIds(chapters, within)
    : chapters.flatMap((chapter) => formatEntry(chapter, ids, within));
  const how = formatMarkdown(page.words.reader.oneSection(`${readCommand(page.name)} --section ID`), within);
  return [page.paint.bold(page.words.reader.contents), ...indent([...rows, '', ...how], marginOf(page))];
}

/** Whether the titles are the ids, as the letters of a glossary are. */
export function saysNoMore(chapters: readonly Chapter[]): boolean {
  return chapters.every(({ id, section }) => id === section.title.toLowerCase());
}

function formatIds(chapters: readonly Chapter[], { paint, measure }: Page): string[] {
  return wrap([{ text: chapters.map(({ id }) => id).join('  '), paint: paint.cyan }], measure);
}

/** Id and title beside each other, or below each other where it is narrow. */
function formatEntry({ id, section }: Chapter, ids: number, page: Page): string[] {
  const title = [{ text: section.level > 2 ? '  ' : '' }, ...spansOf(parseInlines(section.title), page)];
  const left = ids + 2;
  const name = { text: id, paint: page.paint.cyan };
  if (page.measure < left + 20) return [...wrap([name], page.measure), ...indent(wrap(title, page.measure - 2), 2)];
  return wrap([name, { text: ' '.repeat(left - displayWidth(id)) }, ...title], page.measure, left);
}

/** How to go on after a section. */
export function formatNext(id: string, page: Page): string[] {
  const margin = marginOf(page);
  return indent(
    formatMarkdown(page.words.reader.nextSection(readCommand(page.name, id)), inside(page, margin)),
    margin,
  );
}
