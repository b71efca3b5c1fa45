import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { UserError } from '../kernel/errors/user-error.js';
import { type Lesson, parseLesson, type Section } from '../lesson/lesson.js';
import { packageRoot } from '../state/package-root.js';

/** What an exercise says, in one language, as Markdown. */
export interface ExerciseText {
  /** English where it is not translated. */
  readonly language: string;
  readonly title: string;
  readonly summary: string;
  /** What is to be reached, and what there is at the start. */
  readonly goal: string;
  readonly start: string;
  /** From the vaguest to the plainest. */
  readonly hints: readonly string[];
  readonly facts: ReadonlyMap<string, FactText>;
  /** Shown when it is solved. */
  readonly explanation: string;
}

/** What is said of a fact that holds, of one that does not, and what helps then. */
export interface FactText {
  readonly held: string;
  readonly broken: string;
  readonly hint: string;
}

export const HINTS = 3;

/** Reads the text of an exercise in a language, or in English where it is not translated. Throws UserError, with file and line, where it is broken. */
export function loadText(id: string, language: string): ExerciseText {
  const translated = exerciseFile(id, `${language}.md`);
  const file = existsSync(translated) ? translated : exerciseFile(id, 'en.md');
  return parseText(readFileSync(file, 'utf8'), file.slice(packageRoot().length + 1));
}

/** The path of a file of an exercise in the package. */
export function exerciseFile(id: string, name: string): string {
  return join(packageRoot(), 'exercises', id, name);
}

/** The text of an exercise: `{#goal}`, `{#start}`, `{#hint-1}` to `{#hint-3}`, `{#explanation}`, and a section for each fact. */
export function parseText(text: string, file: string): ExerciseText {
  const lesson = parseLesson(text, file);
  const { title, summary, sections } = lesson;
  const body = (id: string) => bodyOf(sectionOf(lesson, id));
  const hints = Array.from({ length: HINTS }, (_, i) => body(`hint-${i + 1}`));
  const facts = sections.filter(({ id }) => id !== undefined && !OWN.test(id));
  return {
    language: basename(file, '.md'),
    ...{ title, summary, hints, goal: body('goal'), start: body('start'), explanation: body('explanation') },
    facts: new Map(facts.map((section) => [section.id as string, factText(section, file)])),
  };
}

const OWN = /^(goal|start|hint-\d|explanation)$/;

function sectionOf({ sections, file }: Lesson, id: string): Section {
  const section = sections.find((one) => one.id === id);
  if (section) return section;
  throw new UserError(`${file}: there is no section {#${id}}`, 2, 'CONTRIBUTING.md shows the sections of an exercise.');
}

function bodyOf({ blocks }: Section): string {
  return blocks.flatMap((block) => (block.type === 'prose' ? [block.text.trim()] : [])).join('\n\n');
}

/** The heading is what is said of it when it holds; of two paragraphs the first what is said otherwise, the second what helps. */
function factText(section: Section, file: string): FactText {
  const [broken, hint] = paragraphs(bodyOf(section));
  if (broken !== undefined && hint !== undefined) return { held: section.title, broken, hint };
  const message = `${file}:${section.line}: {#${section.id}} needs two paragraphs`;
  throw new UserError(message, 2, 'The first says that the fact does not hold, the second what helps.');
}

/** The paragraphs of a text, each on one line. */
export function paragraphs(text: string): string[] {
  return text.split(/\n\s*\n/).map((one) => one.replace(/\s*\n\s*/g, ' ').trim());
}
