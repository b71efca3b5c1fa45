import { PLANNED } from '../../labs/catalogue.js';
import { UserError } from '../kernel/errors/user-error.js';
import { shortNames } from './commands/lab.js';

/** Commands of Docker that are still to come, by what brings them, and what does for now. */
const COMMANDS_TO_COME = [
  {
    by: 'lab 11-images',
    names: [...['builder', 'buildx', 'import', 'manifest', 'save', 'search']],
    until: 'Until then `tslab load` takes what `docker save` wrote, and `tslab run --rootfs DIR` a directory of yours.',
  },
];

/** Why there is no such command yet; undefined for a word that is no command of Docker's to come. */
export function plannedCommand(word: string, status: 1 | 2 = 2): UserError | undefined {
  const found = COMMANDS_TO_COME.find(({ names }) => names.includes(word));
  return found && new UserError(`there is no "${word}" yet: ${found.by} will bring it`, status, found.until);
}

/** Why there is no such lab yet, by its id, its number or its name; undefined for a word that is no lab to come. */
export function plannedLab(word: string): UserError | undefined {
  const lab = PLANNED.find(({ id }) => id === word || shortNames(id).includes(word));
  return (
    lab && new UserError(`lab ${lab.id} is planned: ${lab.about}`, 2, '`tslab list` shows the labs that there are.')
  );
}
