import { inject } from 'vitest';
import type { Run } from './runs.js';

/** What a command of `commands.ts` did in a machine. Throws where none came to it. */
export function run(name: string): Run {
  const runs = inject('runs');
  const found = runs.get(name);
  if (!found) throw new Error(`no machine came to ${name}; they ran ${[...runs.keys()].join(', ')}`);
  return found;
}
