import type { ExerciseEntry } from '../../../../exercises/catalogue.js';
import { forgetPractice, loadProgress, notePractice, practiceOf } from '../../../state/progress.js';
import { print } from '../../../terminal/output.js';
import { formatHint } from '../../../view/exercise/card.js';
import type { GlobalOptions } from '../../command.js';
import { tellNote } from '../read/progress-note.js';
import { ownFile, placeAnew } from './place.js';
import { cardOf, shown } from './screen.js';

/** `--hint`: the next of the static hints, which counts. The exit status. */
export function showHint(entry: ExerciseEntry, options: GlobalOptions): number {
  const view = shown(entry, options);
  const { text, hints } = cardOf(view);
  const screen = view.screen();
  const isNew = hints < text.hints.length;
  if (isNew) tellNote(notePractice(entry.id, 'hinted'));
  const { solved } = practiceOf(loadProgress().progress, entry.id);
  const upTo = isNew || solved ? Math.min(hints + 1, text.hints.length) : hints;
  const lines = Array.from({ length: upTo }, (_, i) => formatHint(text, i + 1, screen)).flat();
  print(`${[...lines.slice(1), ...(isNew ? [] : ['', ` ${screen.words.exercise.noMoreHints}`])].join('\n')}\n`);
  return 0;
}

/** `--reset`: the exercise as it was at first. The exit status. */
export function reset(entry: ExerciseEntry, options: GlobalOptions): number {
  const { exercise } = shown(entry, options).screen().words;
  const kept = entry.form === 'list' ? placeAnew(entry.id) : undefined;
  const note = forgetPractice(entry.id);
  tellNote(note);
  print(`${kept === undefined ? exercise.forgotten(entry.id) : exercise.anew(ownFile(entry.id), kept)}\n`);
  return note === undefined ? 0 : 1;
}
