import { print, surviveClosedOutput } from '../terminal/output.js';
import { findDockerCommand, withOptions } from './commands.js';
import { reportError } from './report-error.js';
import { version } from './version.js';

export { ownArguments } from '../kernel/own-words.js';

/** Stays where the event loop runs dry in the middle of the work, which would look like success. */
const UNFINISHED = 1;

/** Does what the words of the command line (without `node tslab`) ask for, and sets the exit status of this process. */
export async function run(words: readonly string[]): Promise<void> {
  process.exitCode = UNFINISHED;
  try {
    process.exitCode = await obey(withOptions(words));
  } catch (error) {
    process.exitCode = reportError(error);
  }
}

/** They leave standard output to the program in the container: node's stream for it, which takes 2 ms to make, is for print(). */
const SILENT: ReadonlySet<string> = new Set(['run', 'exec']);

/**
 * Commander takes 20 ms to load and to set up, a third of the start of node itself. `tslab list`, `tslab read 03` and `tslab --version` have
 * nothing to parse and go without; with options they take the ordinary way, to the same functions.
 */
async function obey(words: readonly string[]): Promise<number> {
  const at = findDockerCommand(words);
  if (at !== undefined) return await obeyDockerCommand(words[at] as string, words.toSpliced(at, 1));
  surviveClosedOutput();
  if (words.length === 1 && words[0] === 'list') {
    const { list } = await import('./commands/list.js');
    return list({ color: true });
  }
  if (words.length === 2 && words[0] === 'read' && !words[1]?.startsWith('-')) {
    const { read } = await import('./commands/read/read.js');
    return await read(words[1], { color: true, pager: true });
  }
  if (words.length === 1 && words[0] === '--version') {
    print(`${version()}\n`);
    return 0;
  }
  const { runProgram } = await import('./program.js');
  return await runProgram(words);
}

async function obeyDockerCommand(name: string, words: readonly string[]): Promise<number> {
  if (!SILENT.has(name)) surviveClosedOutput();
  const { runDockerCommand } = await import('./docker-program.js');
  return await runDockerCommand(name, words);
}
