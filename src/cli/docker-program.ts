import { Command, CommanderError } from 'commander';
import { StartFailure } from '../container/start/failure.js';
import { UserError } from '../kernel/errors/user-error.js';
import { print } from '../terminal/output.js';
import { inCharset } from '../view/text/charset.js';
import { closeInheritedDirectories } from './close-inherited.js';
import { parse, type Work } from './command.js';
import { COMMANDS, type Entry } from './commands.js';
import { inLines, outputError, reportError } from './report-error.js';

/** What docker exits with where it refuses an option, and `docker run` wherever no container came to be. */
const DOCKER_FAILED = 125;

/** What docker exits with for too few or too many words, and where the daemon refuses. */
const REFUSED = 1;

const WRONG_COUNT: ReadonlySet<string> = new Set(['commander.missingArgument', 'commander.excessArguments']);

/** Does what a command of Docker's and its words ask for. The exit status, which is docker's. */
export async function runDockerCommand(name: string, words: readonly string[]): Promise<number> {
  closeInheritedDirectories();
  let failed = DOCKER_FAILED;
  try {
    const work = await parseWords(name, words);
    if (name !== 'run') failed = REFUSED;
    return await work();
  } catch (error) {
    if (error instanceof CommanderError) return usageStatus(error);
    if (error instanceof StartFailure) return tell(error);
    reportError(error);
    return error instanceof UserError && error.status === REFUSED ? REFUSED : failed;
  }
}

async function parseWords(name: string, words: readonly string[]): Promise<Work> {
  const { define } = await (COMMANDS[name] as Entry).load();
  const command = new Command(`tslab ${name}`)
    .helpCommand(false)
    .exitOverride()
    .configureOutput({ writeOut: (text) => print(inCharset(text)), outputError });
  return await parse(
    command,
    (_, choose) => {
      define(command, choose);
      // Behind the definition: subcommands take over what is set before, and have no such line.
      command.showHelpAfterError(`\`tslab ${name} --help\` shows how it is used.`);
    },
    words,
  );
}

/** Commander has told its own errors by then; it throws for --help too. */
function usageStatus({ exitCode, code }: CommanderError): number {
  if (exitCode === 0) return 0;
  return WRONG_COUNT.has(code) ? REFUSED : DOCKER_FAILED;
}

function tell(failure: StartFailure): number {
  process.stderr.write(inCharset(`tslab: ${inLines(failure)}`));
  return failure.status;
}
