import type { Demo, Extent } from '../state.js';

/** Some ten words, of which nobody reads more than seven in a second. */
const SECONDS_A_LINE = 1.5;
const LEAST = 4;

/** How long what is on the screen stays, with `--auto`: so many seconds, or as many as it takes to read its lines. */
export function secondsOf({ auto, scroll }: Demo, { lines, rows }: Extent): number {
  return auto?.seconds ?? Math.max(Math.min(lines - scroll, rows) * SECONDS_A_LINE, LEAST);
}
