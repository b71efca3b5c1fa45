import type { LabEnded } from '../../lab/events.js';
import { noteProgress } from '../../state/progress.js';
import { tellNote } from './read/progress-note.js';

/** Exit statuses by how a lab has ended. */
export const STATUS = { held: 0, failed: 1, impossible: 3 } as const;

/** A lab that holds without some of its steps has not held as a whole. */
export function noteHeld({ id, status, skipped }: LabEnded): void {
  if (status === 'held' && !skipped?.length) tellNote(noteProgress('held', id));
}
