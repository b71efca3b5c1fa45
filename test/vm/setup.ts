import type { TestProject } from 'vitest/node';
import { COMMANDS } from './commands.js';
import { runInMachine } from './machine.js';
import type { Run } from './runs.js';

/** Boots the machine once for all files of tests. */
export default async function setup(project: TestProject): Promise<void> {
  project.provide('runs', await runInMachine(COMMANDS));
}

declare module 'vitest' {
  interface ProvidedContext {
    /** What the machine ran, by name. */
    runs: Map<string, Run>;
  }
}
