import type { ExerciseEntry } from '../../../../exercises/catalogue.js';
import { EXERCISES } from '../../../../exercises/catalogue.js';
import type { ExerciseEvent } from '../../../exercise/events.js';
import { loadText } from '../../../exercise/text.js';
import { loadProgress, notePractice, practiceOf } from '../../../state/progress.js';
import { chooseLanguage } from '../../../terminal/language.js';
import { type Card, formatExplanation } from '../../../view/exercise/card.js';
import { streamSink } from '../../../view/sink.js';
import { type Screen, screenOf } from '../../../view/terminal/screen.js';
import type { GlobalOptions } from '../../command.js';
import { tellNote } from '../read/progress-note.js';

/** What is shown of an exercise, and where. */
export interface Shown {
  readonly entry: ExerciseEntry;
  readonly language: string;
  /** As wide as it is now. */
  readonly screen: () => Screen;
}

export function shown(entry: ExerciseEntry, { color, lang }: GlobalOptions): Shown {
  const language = chooseLanguage(lang, process.env);
  const sink = streamSink(process.stdout, color, language);
  return { entry, language, screen: () => screenOf(sink) };
}

/** The exercise as it stands: after the last attempt, with the hints that were asked for. */
export function cardOf({ entry: { id }, language }: Shown, events: readonly ExerciseEvent[] = []): Card {
  const { hints } = practiceOf(loadProgress().progress, id);
  return { id, text: loadText(id, language), language, events, hints };
}

/** Notes that it is solved, and says what is to be read then, and what comes next. */
export function endingOf(shown: Shown, screen: Screen): string[] {
  const { id } = shown.entry;
  tellNote(notePractice(id, 'solved'));
  const next = EXERCISES[EXERCISES.findIndex((one) => one.id === id) + 1];
  const { exercise } = screen.words;
  return [...formatExplanation(cardOf(shown), screen), '', ` ${next ? exercise.next(next.id) : exercise.all}`];
}
