import type { Progress } from '../../../state/progress.js';

interface Done {
  readonly read: string;
  readonly held: string;
  readonly comma: string;
  predicted(right: number, asked: number): string;
}

/** `read`, `held`, `read, held, 6 of 8 predicted` or nothing: what was done of a lesson or lab. */
export function describeProgress(id: string, { read, held, predicted }: Progress, words: Done): string {
  const { right, asked } = predicted[id] ?? { right: 0, asked: 0 };
  const done = [read[id] && words.read, held[id] && words.held, asked > 0 && words.predicted(right, asked)];
  return done.filter((word) => word).join(words.comma);
}

/** What could not be kept or read is told once, and is no error. */
export function tellNote(note: string | undefined): void {
  if (note) process.stderr.write(`tslab: ${note}\n`);
}
