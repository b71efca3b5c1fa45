import { EXERCISES } from '../../../exercises/catalogue.js';
import { CATALOGUE, LESSON_IDS } from '../../../labs/catalogue.js';
import { loadText } from '../../exercise/text.js';
import { numberOf } from '../../lab/definition.js';
import { readHead } from '../../lesson/front-matter.js';
import { loadLesson } from '../../lesson/lesson.js';
import { loadProgress, type Place, type Progress } from '../../state/progress.js';
import { chooseLanguage } from '../../terminal/language.js';
import { displayWidth, padToWidth } from '../../view/text/width.js';
import { wordsIn } from '../../view/words/index.js';
import type { GlobalOptions } from '../command.js';
import { describeProgress } from './read/progress-note.js';
import { sectionLeft } from './read/section-left.js';

/** Ctrl-C or Esc; as a shell tells the death by SIGINT. */
const INTERRUPTED = 130;

/** Runs a command of tslab: `['read', '03']`. */
type Run = (words: readonly string[]) => Promise<number>;

/** The course, to choose from again and again; it begins where one was. The exit status. */
export async function menu({ color, lang }: GlobalOptions, run: Run): Promise<number> {
  const language = chooseLanguage(lang, process.env);
  const ask = await loadPrompt(color);
  for (;;) {
    const { progress } = loadProgress();
    const id = await choose(ask, course(language, progress));
    if (id === undefined) return INTERRUPTED;
    if (id === QUIT) return 0;
    const words = isLab(id) ? await choose(ask, waysInto(id, progress, language)) : `read ${id}`;
    if (words === undefined) return INTERRUPTED;
    if (words !== BACK && (await run(words.split(' '))) === INTERRUPTED) return INTERRUPTED;
  }
}

function isLab(id: string): boolean {
  return CATALOGUE.some((lab) => lab.id === id);
}

interface Question {
  readonly message: string;
  readonly choices: readonly { readonly name: string; readonly message: string }[];
  /** The choice that Enter takes. */
  readonly initial: number;
}

type Ask = Awaited<ReturnType<typeof loadPrompt>>;

/** Undefined: Ctrl-C or Esc. */
async function choose(ask: Ask, { message, choices, initial }: Question): Promise<string | undefined> {
  process.stdin.prependListener('keypress', hideCtrl);
  const select = { type: 'select' as const, name: 'chosen', message, choices: [...choices], initial };
  const answer = await ask<{ chosen: string }>(select).catch(() => undefined);
  process.stdin.off('keypress', hideCtrl);
  return answer?.chosen;
}

/**
 * Keeps Ctrl-C from readline, which would close itself before enquirer (2.4) pauses it: an error since Node 24.2, see
 * https://github.com/enquirer/enquirer/issues/483. Enquirer itself looks at the character, not at this description of it.
 */
function hideCtrl(_character: string | undefined, key: { ctrl: boolean }): void {
  key.ctrl = false;
}

/** Enquirer's colours know one variable only, and look at it when they are loaded. */
async function loadPrompt(color: boolean) {
  if (!color || process.env.NO_COLOR) process.env.FORCE_COLOR = '0';
  return (await import('enquirer')).default.prompt;
}

const QUIT = 'quit';
const BACK = 'back';

/** The lessons and labs in the order in which they are learned, each with what was done of it. */
function course(language: string, progress: Progress): Question {
  const words = wordsIn(language);
  const { lessons } = words;
  const width = Math.max(...LESSON_IDS.map(displayWidth)) + 2;
  const choices = LESSON_IDS.map((id) => {
    const done = describeProgress(id, progress, words);
    return {
      name: id,
      message: `${padToWidth(id, width)}${readHead(id, language).title}${done && lessons.aside(done)}`,
    };
  });
  const left = progress.at?.lab ?? Object.keys(progress.sections).at(-1);
  const initial = Math.max(LESSON_IDS.indexOf(left ?? nextOf(progress)), 0);
  return { message: lessons.whichLab, choices: [...choices, { name: QUIT, message: lessons.leave }], initial };
}

/** The first lab that has not held; the first lesson for whoever has done nothing yet. */
function nextOf({ read, held, predicted }: Progress): string {
  const isNew = [read, held, predicted].every((done) => Object.keys(done).length === 0);
  return (isNew ? LESSON_IDS[0] : LESSON_IDS.find((id) => isLab(id) && held[id] === undefined)) ?? '';
}

function waysInto(id: string, { at }: Progress, language: string): Question {
  const { lessons } = wordsIn(language);
  const section = sectionLeft(id, language);
  const choices = [
    ...(at?.lab === id ? [wayOn(at, language)] : []),
    ...(section ? [{ name: `read ${id} --from ${section.id}`, message: lessons.readOn(section.title) }] : []),
    { name: id, message: lessons.runLab },
    { name: `read ${id}`, message: lessons.readLesson },
    ...exercisesOf(id, language),
    { name: `demo ${id}`, message: lessons.showLab },
    { name: BACK, message: lessons.goBack },
  ];
  return { message: lessons.whatToDo(id), choices, initial: 0 };
}

/** What is to be done by hand after a lab. */
function exercisesOf(lab: string, language: string): Question['choices'] {
  const own = EXERCISES.filter(({ id }) => numberOf(id) === numberOf(lab));
  const { doExercise } = wordsIn(language).lessons;
  return own.map(({ id }) => ({ name: `exercise ${id}`, message: doExercise(loadText(id, language).title) }));
}

/** The step where one was, by the title that the lesson gives it. */
function wayOn({ lab, step }: Place, language: string) {
  const { title = step } = loadLesson(lab, language).sections.find(({ id }) => id === step) ?? {};
  return { name: `${lab} --from ${step}`, message: wordsIn(language).lessons.continueAt(title) };
}
