import type { LabEnded } from '../../lab/events.js';
import { noteProgress } from '../../state/progress.js';
import type { LabOptions } from './lab-options.js';
import { tellNote } from './read/progress-note.js';

/** Exit statuses by how a lab has ended. */
export const STATUS = { held: 0, failed: 1, impossible: 3 } as const;

/** `--expect-broken` turns it round: 0 where a check broke, 1 where none did. */
export function exitStatus(status: LabEnded['status'], broken: number, { expectBroken }: LabOptions): number {
  if (expectBroken && status !== 'impossible') return broken > 0 ? STATUS.held : STATUS.failed;
  return broken > 0 ? STATUS.failed : STATUS[status];
}

/** A lab that holds without some of its steps has not held as a whole. */
export function noteHeld({ id, status, skipped }: LabEnded): void {
  if (status === 'held' && !skipped?.length) tellNote(noteProgress('held', id));
}
