import { CommanderError } from 'commander';
import { StartFailure } from '../container/start/failure.js';
import { UserError } from '../kernel/errors/user-error.js';
import { print } from '../terminal/output.js';
import { inCharset } from '../view/text/charset.js';
import { closeInheritedDirectories } from './close-inherited.js';
import { CONTAINER_COMMANDS, type ContainerCommand } from './commands.js';
import type { Work } from './program.js';
import { inLines, reportError } from './report-error.js';
import { outputError } from './usage-error.js';

/** What docker exits with where it refuses an option, and `docker run` wherever no container came to be. */
const DOCKER_FAILED = 125;

/** What docker exits with for too few or too many words, and where the daemon refuses. */
const REFUSED = 1;

const WRONG_COUNT: ReadonlySet<string> = new Set(['commander.missingArgument', 'commander.excessArguments']);

/** Does what a container command and its words ask for. The exit status, which is docker's. */
export async function runContainerCommand(name: string, words: readonly string[]): Promise<number> {
  closeInheritedDirectories();
  let failed = DOCKER_FAILED;
  try {
    const work = await parse(name, words);
    if (name !== 'run') failed = REFUSED;
    return await work();
  } catch (error) {
    if (error instanceof CommanderError) return usageStatus(error);
    if (error instanceof StartFailure) return tell(error);
    reportError(error);
    return error instanceof UserError && error.status === REFUSED ? REFUSED : failed;
  }
}

async function parse(name: string, words: readonly string[]): Promise<Work> {
  let work: Work = async () => 0;
  const create = await (CONTAINER_COMMANDS[name] as ContainerCommand).load();
  const command = create((chosen) => {
    work = chosen;
  });
  command
    .name(`tslab ${name}`)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => print(inCharset(text)),
      outputError,
    })
    .showHelpAfterError(`\`tslab ${name} --help\` shows how it is used.`);
  await command.parseAsync([...words], { from: 'user' });
  return work;
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
