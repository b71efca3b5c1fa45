import type { Command } from 'commander';
import { type StopRequest, stopContainer } from '../../../container/life/stop.js';
import { reconcile } from '../../../container/store/find.js';
import { readContainer } from '../../../container/store/store.js';
import { parseSeconds } from '../../../docker/options/refuse.js';
import type { Define } from '../../command.js';
import { forAll } from '../shared/errors.js';
import { findCurrent } from '../shared/find.js';

/** `tslab stop` */
export const define: Define = (command, choose) =>
  addStopOptions(command)
    .description('Ask containers to end, with their stop signal; kill those that do not.')
    .argument('<container...>')
    .action((references: string[], request: StopRequest) =>
      choose(() => forAll(references, (reference) => stop(reference, request))),
    );

async function stop(reference: string, request: StopRequest): Promise<string> {
  // One that does not run may be about to be started again (--restart).
  const container = await findCurrent(reference);
  await stopContainer(container, request);
  removeIfEnded(container.config.id);
  return `${reference}\n`;
}

/** With `--rm` its name can be taken when `stop` returns, whether or not its owner has come to the removal. */
function removeIfEnded(id: string): void {
  const container = readContainer(id);
  if (container) reconcile(container);
}

/** How `stop` and `restart` ask a container to end. */
export function addStopOptions(command: Command): Command {
  const what = 'wait so long before the SIGKILL; -1: for ever (default: --stop-timeout of the container, or 10)';
  return command
    .option(
      '-s, --signal <signal>',
      'this first: a name such as TERM, or a number (default: --stop-signal of the container)',
    )
    .option('-t, --timeout <seconds>', what, (value: string) => parseSeconds('-t, --timeout', value));
}
