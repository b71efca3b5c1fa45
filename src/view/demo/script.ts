import type { Block } from '../../lesson/blocks.js';
import type { Lesson, Section } from '../../lesson/lesson.js';
import type { Predict } from '../../lesson/predict.js';
import type { ExpectedCalls } from './expected.js';

/** What is known of a lab before it runs: its lesson, and what a recorded run did. */
export interface Script {
  readonly id: string;
  readonly title: string;
  readonly summary: string;
  /** A minute a step: to think, and to look at what came of it. */
  readonly minutes: number;
  /** For the presenter only, in Markdown: about the lab as a whole. */
  readonly notes: string;
  /** What the presenter plans for that, in minutes. */
  readonly planned: number;
  /** Steps whose calls are left out: the lab runs with them first, unseen. */
  readonly skipped?: readonly string[];
  /** In their order, with the comparison of the host at the end. */
  readonly steps: readonly ScriptStep[];
}

export interface ScriptStep {
  readonly id: string;
  readonly title: string;
  /** In Markdown, as are question and notes. */
  readonly narration: string;
  readonly predict: Predict | undefined;
  readonly notes: string;
  /** What the presenter plans for the step, in minutes. */
  readonly planned: number;
  /** Empty where there is no recording to tell. */
  readonly calls: ExpectedCalls;
}

/** Puts a demo together: the steps of a lab, what the lesson says of them, and the calls that they are expected to make. */
export function writeScript(
  { id, steps }: { id: string; steps: readonly string[] },
  lesson: Lesson,
  calls: ReadonlyMap<string, ExpectedCalls>,
): Script {
  const { title, summary, opening } = lesson;
  const stepOf = (step: string) => scriptStep(step, sectionsOf(lesson, step), calls.get(step) ?? []);
  return { id, title, summary, minutes: steps.length, ...notesOf(opening), steps: steps.map(stepOf) };
}

/** The section of a step, and those of a deeper level that belong to it. */
function sectionsOf({ sections }: Lesson, step: string): Section[] {
  const start = sections.findIndex(({ id }) => id === step);
  if (start === -1) return [];
  const rest = sections.slice(start + 1);
  const end = rest.findIndex(({ level }) => level <= (sections[start]?.level ?? 2));
  return sections.slice(start, end === -1 ? undefined : start + 1 + end);
}

function scriptStep(id: string, sections: readonly Section[], calls: ExpectedCalls): ScriptStep {
  const { title = id, narration = '', predict } = sections[0] ?? {};
  return { id, title, narration, predict, ...notesOf(sections.flatMap(({ blocks }) => blocks)), calls };
}

function notesOf(blocks: readonly Block[]): Pick<ScriptStep, 'notes' | 'planned'> {
  const notes = blocks.filter((block) => block.type === 'notes');
  const planned = notes.reduce((sum, { minutes }) => sum + minutes, 0);
  return { notes: notes.map(({ text }) => text).join('\n\n'), planned };
}
