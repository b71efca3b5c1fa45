import { nearest } from '../../container/options/nearest.js';
import { UserError } from '../../kernel/user-error.js';
import type { Lesson, Section } from '../../lab/lesson.js';

/** A section of level 2 with those of level 3 below it, each with an id that it can be asked for by. */
export interface Chapter {
  readonly id: string;
  readonly section: Section;
  readonly parts: readonly { readonly id: string; readonly section: Section }[];
}

/** A part without an id of its own has that of its chapter and a number: `cpu-quota-1`. */
export function chaptersOf(sections: readonly Section[]): Chapter[] {
  const groups: Section[][] = [];
  for (const section of sections) {
    const group = groups.at(-1);
    if (section.level > 2 && group) group.push(section);
    else groups.push([section]);
  }
  return groups.map(([section, ...parts], index) => {
    const id = section?.id ?? `section-${index + 1}`;
    const numbered = parts.map((part, number) => ({ id: part.id ?? `${id}-${number + 1}`, section: part }));
    return { id, section: section as Section, parts: numbered };
  });
}

/** The chapter, or part of one, with this id. Throws UserError that names the nearest and lists all. */
export function findChapter(chapters: readonly Chapter[], id: string, lesson: Pick<Lesson, 'file'>): Chapter {
  const parts = chapters.flatMap((chapter) => chapter.parts.map((part) => ({ ...part, parts: [] })));
  return [...chapters, ...parts].find((chapter) => chapter.id === id) ?? refuse(id, chapters, lesson);
}

function refuse(id: string, chapters: readonly Chapter[], { file }: Pick<Lesson, 'file'>): never {
  const ids = chapters.flatMap((chapter) => [chapter.id, ...chapter.parts.map((part) => part.id)]);
  const like = nearest(id, ids) ?? ids.find((name) => name.includes(id) || id.includes(name));
  const guess = like === undefined ? '' : ` Did you mean ${like}?`;
  throw new UserError(`${file} has no section "${id}".${guess}`, 2, `Its sections are: ${ids.join(', ')}.`);
}
