import type { Section } from './lesson.js';

/** A section of level 2 with those of level 3 below it, each with an id that it can be asked for by. */
export interface Chapter {
  readonly id: string;
  readonly section: Section;
  readonly parts: readonly Part[];
}

export interface Part {
  readonly id: string;
  readonly section: Section;
}

/** Puts each `###` under the `##` before it. A part without an id of its own has that of its chapter and a number: `cpu-quota-1`. */
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
