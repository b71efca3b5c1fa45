import { loadText } from '../../exercise/text.js';
import type { Lesson } from '../../lesson/lesson.js';
import { wordsIn } from '../words/index.js';

/** In whose language it leads to them, and whether each has a page beside that of the lesson. */
interface Leading {
  readonly language: string;
  readonly hasPages?: boolean;
}

/** A lesson whose chapter of exercises leads to these, which are done at a terminal: the command and title of each, before those to think about. */
export function withExercises(lesson: Lesson, ids: readonly string[], leading: Leading): Lesson {
  const sections = lesson.sections.map((section) => {
    if (section.id !== 'exercises' || ids.length === 0) return section;
    const text = leadTo(ids, leading);
    return { ...section, blocks: [...section.blocks, { type: 'prose' as const, text, line: section.line }] };
  });
  return { ...lesson, sections };
}

function leadTo(ids: readonly string[], { language, hasPages }: Leading): string {
  const { exercise, colon } = wordsIn(language);
  const items = ids.map((id) => {
    const { title } = loadText(id, language);
    return `- \`tslab exercise ${id}\`${colon}${hasPages ? `[${title}](exercises/${id}.html)` : title}`;
  });
  return [exercise.doThem, '', ...items].join('\n');
}
