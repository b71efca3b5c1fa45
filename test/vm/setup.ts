import type { TestProject } from 'vitest/node';
import { MACHINES } from './commands.js';
import { runInMachines } from './machine.js';
import type { Run } from './runs.js';

/** Boots the machines once for all files of tests. */
export default async function setup(project: TestProject): Promise<void> {
  project.provide('runs', await runInMachines(MACHINES));
}

declare module 'vitest' {
  interface ProvidedContext {
    /** What the machines ran, by name. */
    runs: Map<string, Run>;
  }
}
