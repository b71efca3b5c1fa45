import { StartFailure } from '../container/start/failure.js';
import { UserError } from '../kernel/errors/user-error.js';
import { inCharset } from '../view/text/charset.js';
import { closeInheritedDirectories } from './close-inherited.js';
import type { Work } from './command.js';
import { COMMANDS, type Entry } from './commands.js';
import { parsePlain } from './plain-words.js';
import { inLines, reportError } from './report-error.js';

/** What `docker run` exits with wherever no container came to be. */
const DOCKER_FAILED = 125;

/** What docker exits with where the daemon refuses. */
const REFUSED = 1;

/** They start a program, and a person waits for that: their usual words go without commander. */
const PLAIN: ReadonlySet<string> = new Set(['run', 'exec']);

/** Does what a command of Docker's and its words ask for. The exit status, which is docker's. */
export async function runDockerCommand(name: string, words: readonly string[]): Promise<number> {
  closeInheritedDirectories();
  let failed = DOCKER_FAILED;
  try {
    const work = await parseWords(name, words);
    if (name !== 'run') failed = REFUSED;
    return await work();
  } catch (error) {
    if (error instanceof StartFailure) return tell(error);
    reportError(error);
    return error instanceof UserError && error.status === REFUSED ? REFUSED : failed;
  }
}

async function parseWords(name: string, words: readonly string[]): Promise<Work> {
  const { define } = await (COMMANDS[name] as Entry).load();
  const work = PLAIN.has(name) ? parsePlain(define, words) : undefined;
  return work ?? (await import('./docker-words.js')).parseWithCommander(name, define, words);
}

function tell(failure: StartFailure): number {
  process.stderr.write(inCharset(`tslab: ${inLines(failure)}`));
  return failure.status;
}
