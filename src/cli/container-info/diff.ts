import { join } from 'node:path';
import { Command } from 'commander';
import { readChanges } from '../../../labs/04-overlay/changes.js';
import { isPrivileged } from '../../kernel/privilege.js';
import type { CreateCommand } from '../container-commands.js';
import { print } from '../output.js';
import { presentContainer } from './present.js';
import { orRefusal } from './refusal.js';

/** `tslab diff` */
export const createDiff: CreateCommand = (choose) =>
  new Command()
    .description('Show what a container changed in its file system: A added, C changed, D deleted.')
    .argument('<container>')
    .action((reference: string) => choose(() => orRefusal(() => diff(reference))));

/** Lab 04 shows that the upper directory alone tells every change. */
async function diff(reference: string): Promise<number> {
  const { directory, config } = await presentContainer(reference);
  const changes = readChanges({ upper: join(directory, 'upper'), lower: config.layers, privileged: isPrivileged() });
  print(changes.map(({ kind, path }) => `${kind} ${path}\n`).join(''));
  return 0;
}
