import { runForeground } from '../../../labs/12-runtime/foreground.js';
import { refuseWithoutTerminal } from '../../../labs/12-runtime/session.js';
import { startDetached } from '../../../labs/12-runtime/supervisor/client.js';
import { createFrom } from '../../container/create.js';
import { discard } from '../../container/discard.js';
import { parseRun } from '../../container/options/run.js';
import { type Container, readContainer } from '../../container/store.js';
import { print } from '../output.js';
import { outside } from './outside.js';
import type { RunOptions } from './run.js';

/** Does what `tslab run` asks for. The exit status: that of the container, in the foreground. */
export async function runContainer(options: RunOptions, words: readonly string[]): Promise<number> {
  const request = parseRun(options, words, outside(options.envFile));
  if (!request.detached) refuseWithoutTerminal(request.process);
  const container = createFrom(request);
  try {
    return await (request.detached ? inBackground(container) : inForeground(container));
  } finally {
    if (request.autoRemove) discardIfEnded(container);
  }
}

async function inForeground(container: Container): Promise<number> {
  const { exitCode } = await runForeground(container);
  return exitCode;
}

async function inBackground({ config }: Container): Promise<number> {
  await startDetached(config.id);
  print(`${config.id}\n`);
  return 0;
}

/** With `--rm`. A detached one that runs is removed by its supervisor. */
function discardIfEnded({ config }: Container): void {
  const container = readContainer(config.id);
  if (!container || container.state.status === 'running' || container.state.restarting) return;
  discard(container, true);
}
