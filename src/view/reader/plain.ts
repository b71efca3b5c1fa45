import type { Chapter } from '../../lesson/chapters.js';
import type { Lesson } from '../../lesson/lesson.js';
import { saysNoMore } from './contents.js';
import { readCommand } from './links.js';
import { parseInlines } from './markdown.js';
import { type Request, stack } from './page.js';
import { said, sayBlocks } from './plain-blocks.js';
import { sayInlines, sayMarkdown } from './plain-prose.js';

/** The whole lesson as linear text, for screen readers and logs. */
export function sayLesson(lesson: Lesson, id: string, chapters: readonly Chapter[], request: Request): string[] {
  return stack([
    [`${id}: ${lesson.title}.`, lesson.summary, request.words.reader.minutes(lesson.minutes)],
    sayContents(chapters, request),
    sayBlocks(lesson.opening, { lesson: id, id: '' }, request),
    ...chapters.map((chapter) => sayChapter(chapter, id, request)),
  ]);
}

/** Each chapter on a line, with the id to ask for it by. */
export function sayContents(chapters: readonly Chapter[], request: Request): string[] {
  const { words, name } = request;
  const entries = saysNoMore(chapters)
    ? [chapters.map(({ id }) => id).join(', ')]
    : chapters.map((chapter) => sayEntry(chapter, request));
  const how = sayMarkdown(words.reader.oneSection(`${readCommand(name)} --section ID`), request);
  return [said(words.reader.contents, request), ...entries, ...how];
}

function sayEntry({ id, section }: Chapter, request: Request): string {
  return `${sayTitle(section.title, request)} (${id})`;
}

/** How to go on after a section. */
export function sayNext(id: string, request: Request): string {
  return sayMarkdown(request.words.reader.nextSection(readCommand(request.name, id)), request).join(' ');
}

/** A chapter with its parts. */
export function sayChapter({ id, section, parts }: Chapter, lesson: string, request: Request): string[] {
  const { words } = request;
  const spoken = [{ id, section }, ...parts].map((part) => [
    `${words.reader.section}${words.colon}${sayTitle(part.section.title, request)} (${part.id})`,
    ...sayBlocks(part.section.blocks, { lesson, id: part.id }, request),
  ]);
  return stack(spoken);
}

function sayTitle(title: string, request: Request): string {
  return sayInlines(parseInlines(title), request);
}
