import { CATALOGUE } from '../../labs/catalogue.js';
import { type Lesson, loadLesson } from '../../src/lab/lesson.js';

/** The runs with a step left out that English lessons show; the Chinese ones show the same. */
export function recordedSkips(): { lab: string; skip: string }[] {
  return CATALOGUE.flatMap(({ id }) => skipsIn(loadLesson(id)).map((skip) => ({ lab: id, skip })));
}

function skipsIn({ sections }: Lesson): string[] {
  const blocks = sections.flatMap((section) => section.blocks);
  const skips = blocks.flatMap((block) => (block.type === 'transcript' ? (block.skip ?? []) : []));
  return [...new Set(skips)];
}
