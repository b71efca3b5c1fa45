import type { Block } from '../../../lesson/blocks.js';
import type { Section } from '../../../lesson/lesson.js';
import { withParts } from '../../../view/document/chapters.js';
import { languageOf } from './lessons.js';
import type { Reading } from './options.js';

/** What is read as one line of JSON: the whole lesson, one section of it, or the ids and titles of all. */
export function readingJson({ id, lesson, chapters, isWhole, options }: Reading): string {
  const { sections: _, opening, ...head } = lesson;
  const all = withParts(chapters);
  const sections = all.map(({ id, section }) => (options.toc ? entryOf(id, section) : dataOf(id, section)));
  const shown = {
    id,
    language: languageOf(lesson),
    ...head,
    ...(isWhole && !options.toc && { opening: forReaders(opening) }),
    sections,
  };
  return `${JSON.stringify(shown)}\n`;
}

function entryOf(id: string, { title, level }: Section) {
  return { id, title, level };
}

/** The question stands among the blocks. */
function dataOf(id: string, { predict: _, ...section }: Section) {
  return { ...section, id, blocks: forReaders(section.blocks) };
}

/** Notes are for those who present. */
function forReaders(blocks: readonly Block[]): Block[] {
  return blocks.filter(({ type }) => type !== 'notes');
}
