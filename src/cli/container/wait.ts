import { Command } from 'commander';
import { Ending } from '../../container/ending.js';
import type { CreateCommand } from '../container-commands.js';
import { presentContainer } from '../container-info/present.js';
import { forEach } from '../container-info/refusal.js';
import { print } from '../output.js';

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
