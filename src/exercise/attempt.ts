import { Lab } from '../lab/lab.js';
import type { LabRequest } from '../lab/request.js';
import { NobodyListens, stream, type Tell } from '../lab/stream.js';
import { CALLS, type Facts, type ListExercise, type ListStage } from './definition.js';
import type { ExerciseEvent } from './events.js';
import { gone, lookAt, outcomeOf } from './look.js';
import { loadList } from './student-list.js';

/** Who tries, and when to stop. */
export type Attempt = Pick<LabRequest, 'language' | 'signal'>;

/** A lab for an exercise: nothing is skipped in it. */
export function labFor({ language, signal }: Attempt, tell: Tell<ExerciseEvent>): Lab {
  return new Lab({ skip: new Set(), flags: {}, language, rootfs: undefined, signal }, tell);
}

/** Makes the list in a student's file once: its calls, what the facts are then, and whether that solves the exercise. */
export function attemptList(exercise: ListExercise, file: string, attempt: Attempt): AsyncGenerator<ExerciseEvent> {
  const { id, facts } = exercise;
  return stream(async (tell) => {
    const lab = labFor(attempt, tell);
    try {
      const stage = await lab.folded(async () => exercise.prepare(lab));
      await tell({ type: 'exercise', exercise: id, given: stage.given });
      const seen = await lookAt(id, await factsOf(stage, file), [CALLS, ...facts]);
      for (const event of [...seen, outcomeOf(id, seen)]) await tell(event);
    } finally {
      await lab.end();
    }
  });
}

/** What came of the calls; the other facts only where all were made. Whatever else is thrown was in the file: the message says what. */
async function factsOf(stage: ListStage, file: string): Promise<Facts> {
  try {
    const calls = await loadList(file, stage.given);
    const facts = await stage.run(calls);
    return { [CALLS]: () => ({ held: true, at: file, says: String(calls.length) }), ...facts };
  } catch (error) {
    if (error instanceof NobodyListens) throw error;
    return { [CALLS]: () => gone(file, error instanceof Error ? error.message : String(error)) };
  }
}
