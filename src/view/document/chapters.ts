import { UserError } from '../../kernel/errors/user-error.js';
import type { Chapter } from '../../lesson/chapters.js';
import type { Lesson } from '../../lesson/lesson.js';
import { nearest } from '../../state/nearest.js';

/** All that can be asked for, in the order of the lesson: each chapter, and its parts as chapters of their own. */
export function withParts(chapters: readonly Chapter[]): Chapter[] {
  return chapters.flatMap((chapter) => [chapter, ...chapter.parts.map((part) => ({ ...part, parts: [] }))]);
}

/** The chapter, or part of one, with this id. Throws UserError that names the nearest and lists all. */
export function findChapter(chapters: readonly Chapter[], id: string, lesson: Pick<Lesson, 'file'>): Chapter {
  return withParts(chapters).find((chapter) => chapter.id === id) ?? refuse(id, chapters, lesson);
}

/** The chapters from that one on which is the section with this id, or which it is a part of. Throws as {@link findChapter} does. */
export function chaptersFrom(
  id: string,
  chapters: readonly Chapter[],
  lesson: Pick<Lesson, 'file'>,
): readonly Chapter[] {
  findChapter(chapters, id, lesson);
  return chapters.slice(chapters.findIndex((chapter) => withParts([chapter]).some((one) => one.id === id)));
}

/** What is read after it: behind a whole chapter the next one, behind a part whatever stands next. */
export function chapterAfter({ id }: Chapter, chapters: readonly Chapter[]): Chapter | undefined {
  const list = chapters.some((chapter) => chapter.id === id) ? chapters : withParts(chapters);
  return list[list.findIndex((chapter) => chapter.id === id) + 1];
}

function refuse(id: string, chapters: readonly Chapter[], { file }: Pick<Lesson, 'file'>): never {
  const ids = withParts(chapters).map((chapter) => chapter.id);
  const like = nearest(id, ids) ?? ids.find((name) => name.includes(id) || id.includes(name));
  const guess = like === undefined ? '' : ` Did you mean ${like}?`;
  throw new UserError(`${file} has no section "${id}".${guess}`, 2, `Its sections are: ${ids.join(', ')}.`);
}
