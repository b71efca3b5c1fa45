import { closeSync, openSync } from 'node:fs';
import type { ExerciseEntry } from '../../../../exercises/catalogue.js';
import { labFor } from '../../../exercise/attempt.js';
import type { ListExercise, ShellExercise } from '../../../exercise/definition.js';
import type { ExerciseEvent } from '../../../exercise/events.js';
import { outcomeOf } from '../../../exercise/look.js';
import { Session, watchFacts } from '../../../exercise/session.js';
import { UserError } from '../../../kernel/errors/user-error.js';
import { PracticeReporter } from '../../../state/practice-report.js';
import { notePractice } from '../../../state/progress.js';
import { type Interruption, untilInterrupted } from '../../../terminal/interrupt.js';
import { print } from '../../../terminal/output.js';
import { formatAttempt } from '../../../view/exercise/card.js';
import { jsonLine } from '../../../view/json.js';
import { sweepFirst } from '../../leftovers.js';
import { tellNote } from '../read/progress-note.js';
import type { ExerciseOptions } from './options.js';
import { linkPackage, placeFile } from './place.js';
import { loadHere } from './possible.js';
import { cardOf, endingOf, shown } from './screen.js';
import { tryList } from './try-list.js';

/** `--check`: looks once, at a list, or at what a script comes to in the shell. The exit status: 0 solved, 1 not. */
export async function check(entry: ExerciseEntry, file: string | true, options: ExerciseOptions): Promise<number> {
  const exercise = await loadHere(entry);
  await sweepFirst();
  return await untilInterrupted(async (interruption) => {
    tellNote(notePractice(entry.id, 'tried'));
    const events =
      exercise.form === 'list'
        ? await checkList(exercise, file, { ...options, interruption })
        : await checkScript(exercise, file, interruption);
    return tell(entry, events, options);
  });
}

interface Checking extends ExerciseOptions {
  readonly interruption: Interruption;
}

async function checkList({ id, facts }: ListExercise, file: string | true, { interruption, ...options }: Checking) {
  const own = file === true ? placeFile(id) : file;
  linkPackage(own);
  const { language } = shown({ id } as ExerciseEntry, options);
  return await tryList({ id, facts, file: own, language, signal: interruption.aborted });
}

/** The script is typed into the shell; the facts are looked at meanwhile, and once more at its end. */
async function checkScript(exercise: ShellExercise, file: string | true, { aborted: signal }: Interruption) {
  if (file === true)
    throw new UserError(
      `--check takes a script for the shell of ${exercise.id}`,
      2,
      `tslab exercise ${exercise.id} --check FILE`,
    );
  const events: ExerciseEvent[] = [];
  const script = openScript(file);
  const lab = labFor({ language: 'en', signal }, async () => signal.throwIfAborted());
  try {
    const session = await Session.prepare(exercise, lab);
    let ended = false;
    const shell = session.start(['sh'], [script, 'null', 2]);
    void shell.exited.then(() => (ended = true));
    const seen = await watchFacts(
      session,
      () => ended || signal.aborted,
      () => {},
    );
    events.push(...seen, outcomeOf(exercise.id, seen));
  } finally {
    closeSync(script);
    await lab.end();
  }
  return events;
}

function openScript(file: string): number {
  try {
    return openSync(file, 'r');
  } catch (error) {
    throw new UserError(`The script cannot be read: ${(error as Error).message}`, 2);
  }
}

function tell(entry: ExerciseEntry, events: readonly ExerciseEvent[], options: ExerciseOptions): number {
  const isSolved = events.some(({ type }) => type === 'solved');
  new PracticeReporter(entry.id).report(events.filter((event) => event.type === 'fact'));
  const view = shown(entry, options);
  const screen = view.screen();
  if (isSolved) tellNote(notePractice(entry.id, 'solved'));
  if (options.json) print(events.map(jsonLine).join(''));
  else
    print(
      `${[...formatAttempt({ ...cardOf(view, events), hints: 0 }, screen), ...(isSolved ? endingOf(view, screen) : [])].join('\n')}\n`,
    );
  return isSolved ? 0 : 1;
}
