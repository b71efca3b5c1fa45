import type { Progress } from '../state/progress.js';

/** `read`, `held`, `read, held` or nothing: what was done of a lesson or lab. */
export function describeProgress(id: string, { read, held }: Progress): string {
  return [read[id] && 'read', held[id] && 'held'].filter((word) => word).join(', ');
}

/** What could not be kept or read is told once, and is no error. */
export function tellNote(note: string | undefined): void {
  if (note) process.stderr.write(`tslab: ${note}\n`);
}
