import { Command } from 'commander';
import { checkContainerName } from '../../container/options/names.js';
import { renameContainer } from '../../container/store.js';
import { UserError } from '../../kernel/user-error.js';
import type { CreateCommand } from '../container-commands.js';
import { presentContainer } from '../container-info/present.js';
import { orRefusal } from '../container-info/refusal.js';

/** `tslab rename` */
export const createRename: CreateCommand = (choose) =>
  new Command()
    .description('Give a container another name.')
    .argument('<container>')
    .argument('<new-name>')
    .action((reference: string, name: string) => choose(() => orRefusal(() => rename(reference, name))));

async function rename(reference: string, given: string): Promise<number> {
  const name = checkContainerName(given);
  const container = await presentContainer(reference);
  if (container.config.name === name) {
    throw new UserError('Renaming a container with the same name as its current name', 2);
  }
  renameContainer(container, name);
  return 0;
}
