import type { GlobalOptions } from '../../command.js';

/** Options of `tslab exercise`, as commander gives them. */
export interface ExerciseOptions extends GlobalOptions {
  /** A file to be looked at once: a list, or a script for the shell; true: the student's own. */
  readonly check?: string | true;
  readonly hint?: true;
  readonly reset?: true;
  /** What tslab starts for itself: makes the list in this file, and tells it to descriptor 3. */
  readonly attempt?: string;
}
