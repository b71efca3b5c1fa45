import type { Progress } from '../../../state/progress.js';

interface Done {
  readonly read: string;
  readonly held: string;
  readonly comma: string;
}

/** `read`, `held`, `read, held` or nothing: what was done of a lesson or lab. */
export function describeProgress(id: string, { read, held }: Progress, words: Done): string {
  return [read[id] && words.read, held[id] && words.held].filter((word) => word).join(words.comma);
}

/** What could not be kept or read is told once, and is no error. */
export function tellNote(note: string | undefined): void {
  if (note) process.stderr.write(`tslab: ${note}\n`);
}
