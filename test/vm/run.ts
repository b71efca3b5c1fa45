import { inject } from 'vitest';
import type { Run } from './runs.js';

/** Characters of what a command printed before it hung. */
const LAST = 2000;

/** What a command of `commands.ts` did in a machine. Throws where none came to it, and where it hung: then with what its processes waited for. */
export function run(name: string): Run {
  const runs = inject('runs');
  const found = runs.get(name);
  if (!found) throw new Error(`no machine came to ${name}; they ran ${[...runs.keys()].join(', ')}`);
  const [printed = '', waits] = found.output.split('@@@ hangs\n');
  if (waits === undefined && found.status !== undefined) return found;
  throw new Error(`${name} did not end:\n${printed.slice(-LAST)}\n${waits ?? 'the machine stopped here'}`);
}
