import { Command } from 'commander';
import { Ending } from '../../container/life/wait.js';
import { print } from '../../terminal/output.js';
import type { CreateCommand } from '../commands.js';
import { presentContainer } from './find.js';
import { forEach } from './refusal.js';

/** `tslab wait` */
export const createWait: CreateCommand = (choose) =>
  new Command()
    .description('Wait until containers have ended, then print their exit statuses.')
    .argument('<container...>')
    .action((references: string[]) => choose(() => forEach(references, waitFor)));

async function waitFor(reference: string): Promise<void> {
  using ending = new Ending(await presentContainer(reference));
  print(`${await ending.within(Number.POSITIVE_INFINITY)}\n`);
}
