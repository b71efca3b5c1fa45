import { loadText } from '../../exercise/text.js';
import type { Block } from '../../lesson/blocks.js';
import type { Lesson } from '../../lesson/lesson.js';
import { wordsIn } from '../words/index.js';

/** A lesson whose chapter of exercises leads to these, which are done at a terminal: the command and title of each, before those to think about. */
export function withExercises(lesson: Lesson, ids: readonly string[], language: string): Lesson {
  const sections = lesson.sections.map((section) => {
    if (section.id !== 'exercises' || ids.length === 0) return section;
    return { ...section, blocks: [...section.blocks, leadTo(ids, { language, line: section.line })] };
  });
  return { ...lesson, sections };
}

function leadTo(ids: readonly string[], { language, line }: { language: string; line: number }): Block {
  const { exercise, colon } = wordsIn(language);
  const items = ids.map((id) => `- \`tslab exercise ${id}\`${colon}${loadText(id, language).title}`);
  return { type: 'prose', text: [exercise.doThem, '', ...items].join('\n'), line };
}
