import { PLANNED } from '../../labs/catalogue.js';
import { UserError } from '../kernel/errors/user-error.js';
import { shortNames } from './commands/lab.js';

/** Commands of Docker that are still to come, by what brings them, and what does for now. */
const COMMANDS_TO_COME = [
  {
    by: 'lab 08-network',
    names: ['network', 'port'],
    until: 'Until then `tslab run --network` knows none and host.',
  },
  {
    by: 'lab 11-images',
    names: [
      ...['build', 'builder', 'buildx', 'commit', 'export', 'history', 'image', 'images', 'import', 'load', 'login'],
      ...['logout', 'manifest', 'pull', 'push', 'rmi', 'save', 'search', 'tag'],
    ],
    until: 'Until then there is one image, busybox; `tslab run --rootfs DIR` takes a directory of yours.',
  },
  {
    by: 'a later version',
    names: ['container', 'create', 'events', 'info', 'system', 'update'],
    until: '`tslab --help` lists the commands that there are.',
  },
];

/** Why there is no such command yet; undefined for a word that is no command of Docker's to come. */
export function plannedCommand(word: string): UserError | undefined {
  const found = COMMANDS_TO_COME.find(({ names }) => names.includes(word));
  return found && new UserError(`there is no "${word}" yet: ${found.by} will bring it`, 2, found.until);
}

/** Why there is no such lab yet, by its id, its number or its name; undefined for a word that is no lab to come. */
export function plannedLab(word: string): UserError | undefined {
  const lab = PLANNED.find(({ id }) => id === word || shortNames(id).includes(word));
  return (
    lab && new UserError(`lab ${lab.id} is planned: ${lab.about}`, 2, '`tslab list` shows the labs that there are.')
  );
}
