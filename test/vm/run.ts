import { inject } from 'vitest';
import type { Run } from './runs.js';

/** What a command of `commands.ts` did in the machine. Throws where the machine did not come to it. */
export function run(name: string): Run {
  const runs = inject('runs');
  const found = runs.get(name);
  if (!found) throw new Error(`the machine did not come to ${name}; it ran ${[...runs.keys()].join(', ')}`);
  return found;
}
