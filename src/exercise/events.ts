import type { LabEvent } from '../lab/events.js';

/** What an attempt tells. As JSON, one object a line, this is `tslab exercise ID --json`: keys may be added, none removed. */
export type ExerciseEvent = LabEvent | ExerciseBegun | FactSeen | ExerciseEnded;

/** What the student's function gets, by name. */
export interface ExerciseBegun {
  type: 'exercise';
  exercise: string;
  given: Readonly<Record<string, string>>;
}

/** A fact, as it is now. */
export interface FactSeen {
  type: 'fact';
  exercise: string;
  fact: string;
  held: boolean;
  /** Where that was read: a real path, or what was counted. Null: it was not looked at, since an earlier one does not hold. */
  at: string | null;
  says: string | null;
}

/** An attempt is over. */
export interface ExerciseEnded {
  type: 'solved' | 'unsolved';
  exercise: string;
  /** The first fact that does not hold. */
  fact?: string;
}
