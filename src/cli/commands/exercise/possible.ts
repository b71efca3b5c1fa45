import type { ExerciseEntry } from '../../../../exercises/catalogue.js';
import type { Exercise } from '../../../exercise/definition.js';
import { isPrivileged } from '../../../kernel/credentials/privilege.js';
import { UserError } from '../../../kernel/errors/user-error.js';

/** Loads an exercise. Throws UserError (3), before anything is begun, where only root could do it, or no control group can be made. */
export async function loadHere(entry: ExerciseEntry): Promise<Exercise> {
  const exercise = await entry.load();
  if (isPrivileged()) return exercise;
  if (exercise.needsRoot !== undefined) {
    throw new UserError(`${entry.id} needs root: ${exercise.needsRoot}`, 3, `sudo tslab exercise ${entry.id}`);
  }
  if (exercise.needsCgroup) (await import('../../../cgroup/trial.js')).openTriedCgroups();
  return exercise;
}
