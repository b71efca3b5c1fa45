import type { Chapter } from '../../lesson/chapters.js';
import type { Lesson } from '../../lesson/lesson.js';
import { screenOf } from '../terminal/screen.js';
import type { Sink } from '../view.js';
import { formatContents, formatTitle } from './contents.js';
import { Footnotes } from './footnotes.js';
import { measureOf, type Page, type Request, stack } from './page.js';
import { formatBlocks, formatChapter } from './section.js';

/** What the terminal can do besides what every view asks of it. */
export interface Abilities {
  /** Links can be clicked (OSC 8); else they become footnotes. */
  readonly hyperlinks: boolean;
  /** Absent: code is not coloured. */
  readonly highlight?: Page['highlight'];
}

/** The page that a lesson is written on. */
export function pageOf(sink: Sink, { hyperlinks, highlight }: Abilities, request: Request): Page {
  const screen = screenOf(sink);
  return {
    ...screen,
    ...request,
    measure: measureOf(screen.width),
    ...(highlight && { highlight }),
    ...(!hyperlinks && { footnotes: new Footnotes() }),
  };
}

/** A whole lesson: title, contents, what stands before the first section, and all sections. */
export function formatLesson(lesson: Lesson, id: string, chapters: readonly Chapter[], page: Page): string[] {
  return stack([
    formatTitle(lesson, id, page),
    formatContents(chapters, page),
    formatBlocks(lesson.opening, { lesson: id, section: '' }, page),
    ...chapters.map((chapter) => formatChapter(chapter, id, page)),
  ]);
}
