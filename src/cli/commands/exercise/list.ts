import { EXERCISES, type ExerciseEntry } from '../../../../exercises/catalogue.js';
import { loadText } from '../../../exercise/text.js';
import { loadProgress, type Practice, type Progress, practiceOf } from '../../../state/progress.js';
import { chooseLanguage } from '../../../terminal/language.js';
import { print } from '../../../terminal/output.js';
import { wrap } from '../../../view/text/wrap.js';
import { type Words, wordsIn } from '../../../view/words/index.js';
import type { GlobalOptions } from '../../command.js';
import { tellNote } from '../read/progress-note.js';

/** `tslab exercise`: the exercises, and how far one is with each. The exit status. */
export function listExercises({ json, lang }: GlobalOptions): number {
  const { progress, note } = loadProgress();
  const language = chooseLanguage(lang, process.env);
  const columns = process.stdout.columns || 80;
  print(json ? EXERCISES.map((one) => jsonLine(one, progress)).join('') : renderExercises(progress, language, columns));
  tellNote(note);
  return 0;
}

function jsonLine({ id, form }: ExerciseEntry, progress: Progress): string {
  const { title, summary } = loadText(id, 'en');
  const { tries, hints, solved = null } = practiceOf(progress, id);
  return `${JSON.stringify({ exercise: id, form, title, summary, tries, hints, solved })}\n`;
}

/** Id, title and progress of each exercise, what it is about below, in at most so many columns. */
export function renderExercises(progress: Progress, language: string, columns: number): string {
  const words = wordsIn(language);
  const width = Math.max(...EXERCISES.map(({ id }) => id.length)) + 2;
  const lines = EXERCISES.flatMap(({ id }) => {
    const { title, summary } = loadText(id, language);
    const done = describePractice(practiceOf(progress, id), words);
    const first = `${id.padEnd(width)}${title}${done && words.lessons.aside(done)}`;
    const rest = wrap([{ text: summary }], columns - width).map((line) => ' '.repeat(width) + line);
    return [...wrap([{ text: first }], columns, width), ...rest];
  });
  const { heading, begin } = words.exercise;
  const end = [heading, begin].flatMap((text) => wrap([{ text: text.replaceAll('`', '') }], columns));
  return `${[...lines, '', ...end].join('\n')}\n`;
}

/** `solved, 3 tries, 1 hint`; nothing of one that was not begun. */
export function describePractice({ tries, hints, solved }: Practice, { exercise, comma }: Words): string {
  const done = [solved && exercise.solved, tries > 0 && exercise.tries(tries), hints > 0 && exercise.hints(hints)];
  return done.filter((word) => word).join(comma);
}
