import { UserError } from '../kernel/errors/user-error.js';

/** Commands of Docker that are still to come, by what brings them, and what does for now. */
const COMMANDS_TO_COME = [
  {
    by: 'lab 11-images',
    names: ['builder', 'buildx', 'manifest', 'search'],
    until: 'Until then `tslab load` takes what `docker save` wrote, and `tslab run --rootfs DIR` a directory of yours.',
  },
];

/** Why there is no such command yet; undefined for a word that is no command of Docker's to come. */
export function plannedCommand(word: string, status: 1 | 2 = 2): UserError | undefined {
  const found = COMMANDS_TO_COME.find(({ names }) => names.includes(word));
  return found && new UserError(`there is no "${word}" yet: ${found.by} will bring it`, status, found.until);
}
