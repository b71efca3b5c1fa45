import { EXERCISES } from '../../../exercises/catalogue.js';
import { CATALOGUE, LESSON_IDS } from '../../../labs/catalogue.js';
import { UserError } from '../../kernel/errors/user-error.js';
import { loadProgress, type Practice, type Predicted, practiceOf, resetProgress } from '../../state/progress.js';
import { chooseLanguage } from '../../terminal/language.js';
import { print } from '../../terminal/output.js';
import { displayWidth, padToWidth } from '../../view/text/width.js';
import { wrap } from '../../view/text/wrap.js';
import { type Words, wordsIn } from '../../view/words/index.js';
import type { Define, GlobalOptions } from '../command.js';
import { describePractice } from './exercise/list.js';
import { tellNote } from './read/progress-note.js';

interface ProgressOptions extends GlobalOptions {
  readonly reset?: true;
  readonly name?: string;
}

/** `tslab progress` */
export const define: Define = (command, choose) =>
  command
    .option('--reset', 'forget it all')
    .option('--name <name>', 'with --json: whose progress it is, in each line; else nobody is named')
    .action(() => choose(async () => progress(command.optsWithGlobals<ProgressOptions>())));

/** When a lesson was first read, and when its lab first held (ISO 8601); `held` and `predicted` are absent where there is no lab. */
export interface Row {
  readonly id: string;
  readonly read: string | null;
  /** The section at which the lesson was left before its end; null where it was not. */
  readonly section: string | null;
  readonly held?: string | null;
  /** How the last predictions went; null where none was made. */
  readonly predicted?: Predicted | null;
}

/** What was read and held, and when first; `--reset` forgets it. The exit status. */
function progress({ json, plain, reset, lang, name }: ProgressOptions): number {
  if (name !== undefined && !json) throw new UserError('--name is for --json', 2, 'tslab progress --json --name ada');
  const language = chooseLanguage(lang, process.env);
  const words = wordsIn(language).lessons;
  if (reset) return forget(words);
  const { progress, note } = loadProgress();
  const labs = new Set(CATALOGUE.map(({ id }) => id));
  const rows = LESSON_IDS.map((id): Row => {
    const [read = null, section = null] = [progress.read[id], progress.sections[id]];
    const [held = null, predicted = null] = [progress.held[id], progress.predicted[id]];
    return labs.has(id) ? { id, read, section, held, predicted } : { id, read, section };
  });
  const columns = plain ? Number.POSITIVE_INFINITY : process.stdout.columns || 80;
  const jsonOf = (row: object) => `${JSON.stringify({ ...(name !== undefined && { name }), ...row })}\n`;
  const practiced = EXERCISES.map(({ id }) => ({ id, ...practiceOf(progress, id) }));
  if (json) print([...rows, ...practiced.map(exerciseRow)].map(jsonOf).join(''));
  else print(renderProgress(rows, columns, words) + renderPractice(practiced, columns, wordsIn(language)));
  tellNote(note);
  return 0;
}

/** An exercise in `--json`: null where it was not solved. */
function exerciseRow({ id, tries, hints, solved }: Practiced) {
  return { exercise: id, tries, hints, solved: solved ?? null };
}

/** It is all that was asked for: where it fails, the command has failed. */
function forget({ forgotten }: Words['lessons']): number {
  const note = resetProgress();
  if (note === undefined) print(`${forgotten}\n`);
  tellNote(note);
  return note === undefined ? 0 : 1;
}

/** A line for each lesson, and how many that makes, in at most so many columns. */
export function renderProgress(rows: readonly Row[], columns: number, words: Words['lessons']): string {
  const width = Math.max(...rows.map(({ id }) => id.length)) + 2;
  const lines = rows.flatMap((row) => wrap([{ text: row.id.padEnd(width) + describe(row, words) }], columns, 2));
  const labs = rows.filter(({ held }) => held !== undefined);
  const read = rows.filter((row) => row.read).length;
  const sum = words.progress(read, rows.length, labs.filter((row) => row.held).length, labs.length);
  return `${[...lines, '', ...wrap([{ text: sum }], columns)].join('\n')}\n`;
}

interface Practiced extends Practice {
  readonly id: string;
}

/** A line for each exercise that was begun, and how many are solved. */
function renderPractice(practiced: readonly Practiced[], columns: number, words: Words): string {
  const begun = practiced.filter(({ tries, hints, solved }) => tries > 0 || hints > 0 || solved);
  const width = Math.max(0, ...begun.map(({ id }) => id.length)) + 2;
  const lines = begun.flatMap((one) =>
    wrap([{ text: one.id.padEnd(width) + describePractice(one, words) }], columns, 2),
  );
  const solved = practiced.filter((one) => one.solved).length;
  return `${[...(lines.length > 0 ? ['', ...lines] : []), '', words.exercise.sum(solved, practiced.length)].join('\n')}\n`;
}

function describe({ read, section, held, predicted }: Row, words: Words['lessons']): string {
  const lesson = read ? `${words.read} ${dayOf(read)}` : words.notRead;
  const lab = held ? `${words.held} ${dayOf(held)}` : words.notHeld;
  const rest = [predicted && words.predicted(predicted.right, predicted.asked), section && words.leftAt(section)];
  const columns = [column(lesson, words.read), column(held === undefined ? '' : lab, words.held)];
  return [...columns, ...rest.filter((text) => text)].join('  ').trimEnd();
}

/** As wide as the word with a day behind it. */
function column(text: string, word: string): string {
  return padToWidth(text, displayWidth(`${word} 2026-11-21`));
}

/** `2026-11-21`, where this machine is. */
function dayOf(when: string): string {
  return new Date(when).toLocaleDateString('sv-SE');
}
