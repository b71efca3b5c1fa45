import { Command } from 'commander';
import { askedToStop, signalContainer } from '../../../labs/12-runtime/stop.js';
import { parseSignal } from '../../container/options/signal.js';
import { UserError } from '../../kernel/user-error.js';
import type { CreateCommand } from '../container-commands.js';
import { presentContainer, runs } from '../container-info/present.js';
import { forEach } from '../container-info/refusal.js';
import { print } from '../output.js';

/** `tslab kill` */
export const createKill: CreateCommand = (choose) =>
  new Command()
    .description('Send a signal to the first process of containers.')
    .option('-s, --signal <signal>', 'a name such as TERM, or a number', 'KILL')
    .argument('<container...>')
    .action((references: string[], { signal }: { signal: string }) =>
      choose(() => forEach(references, (reference) => kill(reference, signal))),
    );

async function kill(reference: string, signal: string): Promise<void> {
  const number = parseSignal(signal);
  const container = await presentContainer(reference);
  if (!runs(container.state)) {
    throw new UserError(`cannot kill container: ${reference}: container ${reference} is not running`, 2);
  }
  signalContainer(askedToStop(container), number);
  print(`${reference}\n`);
}
