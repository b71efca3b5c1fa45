import { Command, CommanderError } from 'commander';
import { print } from '../terminal/output.js';
import { inCharset } from '../view/text/charset.js';
import { type Define, parse, type Work } from './command.js';
import { outputError } from './report-error.js';

/** What docker exits with where it refuses an option. */
const DOCKER_FAILED = 125;

/** What docker exits with for too few or too many words. */
const WRONG_COUNT = 1;

const COUNTS: ReadonlySet<string> = new Set(['commander.missingArgument', 'commander.excessArguments']);

/** What the words ask of a command of Docker's. Mistakes in them, and `--help`, are told; their exit status is left then. */
export async function parseWithCommander(name: string, define: Define, words: readonly string[]): Promise<Work> {
  const command = new Command(`tslab ${name}`)
    .helpCommand(false)
    .exitOverride()
    .configureOutput({ writeOut: (text) => print(inCharset(text)), outputError });
  const defined: Define = (_, choose) => {
    define(command, choose);
    // Behind the definition: subcommands take over what is set before, and have no such line.
    command.showHelpAfterError(`\`tslab ${name} --help\` shows how it is used.`);
  };
  try {
    return await parse(command, defined, words);
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return async () => statusOf(error);
  }
}

/** Commander has told its own errors by then; it throws for --help too. */
function statusOf({ exitCode, code }: CommanderError): number {
  if (exitCode === 0) return 0;
  return COUNTS.has(code) ? WRONG_COUNT : DOCKER_FAILED;
}
