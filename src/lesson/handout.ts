import type { Block } from './blocks.js';
import { chaptersOf } from './chapters.js';
import type { Lesson, Section } from './lesson.js';

/** What a class gets on paper of a lesson: what is asked, and nothing that answers it, as summaries do. Texts are in Markdown. */
export interface Handout {
  readonly title: string;
  readonly questions: readonly HandoutQuestion[];
  readonly exercises: { readonly title: string; readonly parts: readonly HandoutExercise[] };
}

/** The title of a step often tells what happens in it, so there is only its id; null in a section without one. */
export interface HandoutQuestion {
  readonly step: string | null;
  readonly question: string;
  readonly choices: readonly string[];
}

export interface HandoutExercise {
  readonly title: string;
  readonly text: string;
}

/** Takes the questions and exercises out of a lesson, without answers, reasons, hints and notes. */
export function handoutOf({ title, sections }: Lesson): Handout {
  const chapter = chaptersOf(sections).find(({ id }) => id === 'exercises');
  const parts = chapter?.parts.map(({ section }) => ({ title: section.title, text: textOf(section.blocks) })) ?? [];
  const exercises = { title: chapter?.section.title ?? '', parts };
  return { title, questions: sections.flatMap(questionsOf), exercises };
}

function questionsOf({ id, blocks }: Section): HandoutQuestion[] {
  return blocks.flatMap((block) => {
    if (block.type !== 'predict') return [];
    return [{ step: id ?? null, question: block.question, choices: block.choices.map(({ text }) => text) }];
  });
}

/** Prose only: hints lead to the answer, and end with it. */
function textOf(blocks: readonly Block[]): string {
  return blocks.flatMap((block) => (block.type === 'prose' ? block.text : [])).join('\n\n');
}
