import { EXERCISES, type ExerciseEntry } from '../../../../exercises/catalogue.js';
import { UserError } from '../../../kernel/errors/user-error.js';

/** The exercise of this name, or the only one whose name begins with it or has it behind the number. Throws UserError (2). */
export function findExercise(name: string): ExerciseEntry {
  const exact = EXERCISES.find(({ id }) => id === name || id.slice(3) === name);
  const begun = EXERCISES.filter(({ id }) => id.startsWith(name));
  if (exact) return exact;
  if (begun.length === 1) return begun[0] as ExerciseEntry;
  const among = begun.length > 0 ? begun : EXERCISES;
  const remedy = `There are: ${among.map(({ id }) => id).join(', ')}.`;
  throw new UserError(`There is no exercise "${name}".`, 2, remedy);
}
