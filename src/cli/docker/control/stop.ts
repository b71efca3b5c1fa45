import type { Command } from 'commander';
import { stopContainer } from '../../../container/life/stop.js';
import { reconcile } from '../../../container/store/find.js';
import { readContainer } from '../../../container/store/store.js';
import { invalid } from '../../../docker/options/refuse.js';
import type { Define } from '../../command.js';
import { forAll } from '../shared/errors.js';
import { findCurrent } from '../shared/find.js';

/** `tslab stop` */
export const define: Define = (command, choose) =>
  addStopTime(command)
    .description('Ask containers to end, with their stop signal; kill those that do not.')
    .argument('<container...>')
    .action((references: string[], { time }: { time: number }) =>
      choose(() => forAll(references, (reference) => stop(reference, time))),
    );

async function stop(reference: string, seconds: number): Promise<string> {
  // One that does not run may be about to be started again (--restart).
  const container = await findCurrent(reference);
  await stopContainer(container, seconds);
  removeIfEnded(container.config.id);
  return `${reference}\n`;
}

/** With `--rm` its name can be taken when `stop` returns, whether or not its owner has come to the removal. */
function removeIfEnded(id: string): void {
  const container = readContainer(id);
  if (container) reconcile(container);
}

/** `-t`: how long `stop` and `restart` wait, in seconds. */
export function addStopTime(command: Command): Command {
  return command.option('-t, --time <seconds>', 'wait so long before the SIGKILL; -1: for ever', parseSeconds, 10);
}

function parseSeconds(value: string): number {
  const seconds = Number(value);
  if (/^(-1|\d+)$/.test(value) && Number.isSafeInteger(seconds)) return seconds;
  throw invalid('-t, --time', value, 'whole seconds, or -1');
}
