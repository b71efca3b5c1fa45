import type { Command } from 'commander';

/** What a command line comes to. Does it; the exit status. */
export type Work = () => Promise<number>;

/** Describes a command to commander; what its words come to is handed to `choose`. */
export type Define = (command: Command, choose: (work: Work) => void) => unknown;

/** Options that every command of tslab's own takes, as commander gives them. */
export interface GlobalOptions {
  readonly json?: true;
  readonly plain?: true;
  /** False: `--no-color`. */
  readonly color: boolean;
  readonly lang?: string;
}

/** What the words ask of a command; nothing where commander has told it all, as for `--help`. */
export async function parse(command: Command, define: Define, words: readonly string[]): Promise<Work> {
  let work: Work = async () => 0;
  await define(command, (chosen) => {
    work = chosen;
  });
  await command.parseAsync([...words], { from: 'user' });
  return work;
}

/** An option that may be given several times. */
export function collect(value: string, before: readonly string[] = []): string[] {
  return [...before, value];
}

/** The same, and several at once by commas: `--skip a,b --skip c` is a, b, c. */
export function split(value: string, before: readonly string[] = []): string[] {
  return [...before, ...value.split(',').map((word) => word.trim())];
}
