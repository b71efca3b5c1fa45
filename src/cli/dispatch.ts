import { print, surviveClosedOutput } from '../terminal/output.js';
import { COMMANDS, type DockerCommand, findDockerCommand, withHelpOption, withProgramApart } from './commands.js';
import { reportError } from './report-error.js';
import { version } from './version.js';

export { ownArguments } from '../kernel/own-words.js';

/** Stays where the event loop runs dry in the middle of the work, which would look like success. */
const UNFINISHED = 1;

/** Does what the words of the command line (without `node tslab`) ask for, and sets the exit status of this process. */
export async function run(words: readonly string[]): Promise<void> {
  process.exitCode = UNFINISHED;
  try {
    process.exitCode = await obey(withProgramApart(withHelpOption(words)));
  } catch (error) {
    process.exitCode = reportError(error);
  }
}

/** They leave standard output to the program in the container: node's stream for it, which takes 2 ms to make, is for print(). */
const SILENT: ReadonlySet<unknown> = new Set([COMMANDS.run, COMMANDS.exec]);

/**
 * Commander takes 20 ms to load and to set up, a third of the start of node itself. `tslab list`, `tslab read 03` and `tslab --version` have
 * nothing to parse and go without; with options they take the ordinary way, to the same functions.
 */
async function obey(words: readonly string[]): Promise<number> {
  const command = findDockerCommand(words);
  if (command) return await obeyDockerCommand(command, words.toSpliced(command.from, command.to - command.from));
  surviveClosedOutput();
  if (words.length === 1 && (words[0] === '--version' || words[0] === '-v')) {
    print(`${version()}\n`);
    return 0;
  }
  const own = words.slice(0, words.includes('--') ? words.indexOf('--') : undefined);
  if (mayNotBeEnglish(own, process.env)) await (await import('../terminal/speak.js')).speak(own, process.env);
  if (words.length === 1 && words[0] === 'list') {
    const { list } = await import('./commands/list.js');
    return list({ color: true });
  }
  if (words.length === 2 && words[0] === 'read' && !words[1]?.startsWith('-')) {
    const { read } = await import('./commands/read/read.js');
    return await read(words[1], { color: true, pager: true });
  }
  if (words[0] === '__complete') return await (await import('./completion/complete.js')).complete(words.slice(1));
  const { runProgram } = await import('./program.js');
  return await runProgram(words);
}

/** Whether to look for the language of messages, which is English in most places. */
function mayNotBeEnglish(
  words: readonly string[],
  { TSLAB_LANG, LC_ALL, LC_MESSAGES, LANG }: NodeJS.ProcessEnv,
): boolean {
  const locale = LC_ALL || LC_MESSAGES || LANG || 'C';
  return (
    words.some((word) => word.startsWith('--lang')) || TSLAB_LANG !== undefined || !/^(C|POSIX|en)\b|^en_/.test(locale)
  );
}

async function obeyDockerCommand(command: DockerCommand, words: readonly string[]): Promise<number> {
  if (!SILENT.has(command.entry)) surviveClosedOutput();
  const { runDockerCommand } = await import('./docker-program.js');
  return await runDockerCommand(command, words);
}
