import type { Progress } from '../../../state/progress.js';
import { said } from '../../../terminal/said.js';
import type { Words } from '../../../view/words/index.js';

/** `read`, `held`, `read, held, 6 of 8 predicted` or nothing: what was done of a lesson or lab. */
export function describeProgress(id: string, { read, held, predicted }: Progress, { lessons, comma }: Words): string {
  const { right, asked } = predicted[id] ?? { right: 0, asked: 0 };
  const done = [read[id] && lessons.read, held[id] && lessons.held, asked > 0 && lessons.predicted(right, asked)];
  return done.filter((word) => word).join(comma);
}

/** What could not be kept or read is told once, and is no error. */
export function tellNote(note: string | undefined): void {
  if (note) process.stderr.write(`tslab: ${said(note)}\n`);
}
