import { Command } from 'commander';
import { askedToStop, signalContainer } from '../../container/life/stop.js';
import { parseSignal } from '../../container/signal.js';
import { UserError } from '../../kernel/errors/user-error.js';
import { print } from '../../terminal/output.js';
import type { CreateCommand } from '../commands.js';
import { presentContainer, runs } from './find.js';
import { forEach } from './refusal.js';

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
