import { tmpdir } from 'node:os';

let directory = tmpdir;

/** Names the directory for programs that may not lie in memory (on-disk.ts): one of ours, from which programs may run. */
export function keepProgramsIn(where: () => string): void {
  directory = where;
}

export function programDirectory(): string {
  return directory();
}
