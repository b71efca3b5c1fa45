import { Command, CommanderError } from 'commander';
import { print } from '../terminal/output.js';
import { inCharset } from '../view/text/charset.js';
import type { Define } from './command.js';

/** Prints the help of a command of Docker's, or of one below it, such as `create` of `volume`. */
export async function showHelp(name: string, define: Define, below: readonly string[]): Promise<number> {
  const command = new Command(`tslab ${name}`).helpCommand(false);
  command.exitOverride().configureOutput({ writeOut: (text) => print(inCharset(text)) });
  define(command, () => {});
  try {
    await command.parseAsync([...below, '--help'], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError && error.exitCode === 0)) throw error;
  }
  return 0;
}
