import { UserError } from '../kernel/errors/user-error.js';

/** Commands of Docker that are still to come, by what brings them, and what does for now. */
const COMMANDS_TO_COME = [
  {
    by: 'a later version',
    names: ['buildx', 'manifest', 'search'],
    until: '`tslab build`, `tslab pull` and the commands of `tslab image` are there.',
  },
];

/** Why there is no such command yet; undefined for a word that is no command of Docker's to come. */
export function plannedCommand(word: string, status: 1 | 2 = 2): UserError | undefined {
  const found = COMMANDS_TO_COME.find(({ names }) => names.includes(word));
  return found && new UserError(`there is no "${word}" yet: ${found.by} will bring it`, status, found.until);
}
