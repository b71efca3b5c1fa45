import { endsRestarts, requestStop, signalContainer } from '../../../container/life/stop.js';
import { parseSignal } from '../../../container/signal.js';
import { awaitsRestart, isRunning } from '../../../container/state.js';
import { UserError } from '../../../kernel/errors/user-error.js';
import { print } from '../../../terminal/output.js';
import type { Define } from '../../command.js';
import { forEach } from '../shared/errors.js';
import { findCurrent } from '../shared/find.js';

/** `tslab kill` */
export const define: Define = (command, choose) =>
  command
    .description('Send a signal to the first process of containers.')
    .option('-s, --signal <signal>', 'a name such as TERM, or a number', 'KILL')
    .argument('<container...>')
    .action((references: string[], { signal }: { signal: string }) =>
      choose(() => forEach(references, (reference) => kill(reference, signal))),
    );

async function kill(reference: string, signal: string): Promise<void> {
  const number = parseSignal(signal || 'KILL'); // as in docker, which hands an empty word on as no word
  const container = await findCurrent(reference);
  if (!isRunning(container.state) && !awaitsRestart(container)) {
    throw new UserError(`cannot kill container: ${reference}: container ${reference} is not running`, 2);
  }
  signalContainer(endsRestarts(container, number) ? requestStop(container) : container, number);
  print(`${reference}\n`);
}
