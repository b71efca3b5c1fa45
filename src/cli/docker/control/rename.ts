import { renameAmongPeers } from '../../../container/network/peers.js';
import { renameContainer } from '../../../container/store/store.js';
import { checkContainerName } from '../../../docker/options/names.js';
import { UserError } from '../../../kernel/errors/user-error.js';
import type { Define } from '../../command.js';
import { tellingErrors } from '../shared/errors.js';
import { findCurrent } from '../shared/find.js';

/** `tslab rename` */
export const define: Define = (command, choose) =>
  command
    .description('Give a container another name.')
    .argument('<container>')
    .argument('<new-name>')
    .action((reference: string, name: string) => choose(() => tellingErrors(() => rename(reference, name))));

async function rename(reference: string, given: string): Promise<number> {
  const name = checkContainerName(given);
  const container = await findCurrent(reference);
  if (container.config.name === name) {
    throw new UserError('Renaming a container with the same name as its current name', 2);
  }
  renameContainer(container, name);
  renameAmongPeers(container.config.id, name);
  return 0;
}
