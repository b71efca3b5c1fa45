import { StartFailure } from '../container/start/failure.js';
import { UserError } from '../kernel/errors/user-error.js';
import { inCharset } from '../view/text/charset.js';
import { closeInheritedDirectories } from './close-inherited.js';
import type { Define, Work } from './command.js';
import { COMMANDS, type DockerCommand } from './commands.js';
import { type HelpRequest, readWords, Unknown } from './docker-flags.js';
import { inLines, reportError } from './report-error.js';

/** What `docker run` exits with wherever no container came to be. */
const DOCKER_FAILED = 125;

/** What docker exits with where the daemon refuses. */
const REFUSED = 1;

/** Does what a command of Docker's and its words ask for. The exit status, which is docker's. */
export async function runDockerCommand(command: DockerCommand, words: readonly string[]): Promise<number> {
  closeInheritedDirectories();
  let failed = DOCKER_FAILED;
  try {
    const work = await parseWords(command, words);
    if (command.entry !== COMMANDS.run) failed = REFUSED;
    return await work();
  } catch (error) {
    if (error instanceof StartFailure) return tell(error);
    reportError(error);
    return error instanceof UserError && error.status === REFUSED ? REFUSED : failed;
  }
}

async function parseWords(command: DockerCommand, words: readonly string[]): Promise<Work> {
  const { define } = await command.entry.load();
  const read = await readOrExplain(command, define, words);
  if (typeof read === 'function') return read;
  return async () => (await import('./docker-help.js')).showHelp(command.name, define, read.helpOf);
}

/** What docker has and tslab has not is told by name. */
async function readOrExplain(
  { name }: DockerCommand,
  define: Define,
  words: readonly string[],
): Promise<Work | HelpRequest> {
  try {
    return readWords(name, define, words);
  } catch (error) {
    throw error instanceof Unknown ? ((await plannedFor(name, error.word)) ?? error) : error;
  }
}

async function plannedFor(name: string, word: string): Promise<UserError | undefined> {
  if (word.startsWith('-')) return (await import('../docker/options/planned.js')).plannedFlag(name, word);
  return (await import('./planned.js')).plannedCommand(word, REFUSED);
}

function tell(failure: StartFailure): number {
  process.stderr.write(inCharset(`tslab: ${inLines(failure)}`));
  return failure.status;
}
