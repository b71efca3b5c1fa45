import { UserError } from '../../kernel/errors/user-error.js';

/** Commands that start a program: the flags below are theirs. */
const STARTING: readonly string[] = ['run', 'create', 'exec'];

/** Flags of Docker's that are to come, and what does it for now. A test finds those that have come. */
export const FLAGS_TO_COME = [
  {
    by: 'a later version will bring it',
    flags: ['--link', '--link-local-ip'],
    until: 'Containers of one network of `tslab network create` find each other by their names.',
  },
  {
    by: 'a later version will bring it',
    flags: ['--gpus'],
    until: 'Until then --device gives a container the nodes of a card: --device /dev/dri',
  },
  {
    by: 'it is for containers of Windows',
    flags: ['--cpu-count', '--cpu-percent', '--io-maxbandwidth', '--io-maxiops', '--isolation'],
    until: 'On Linux `--cpus` and `--cpuset-cpus` limit the CPU.',
  },
];

/** Why a command that starts a program has no such flag, and what does it here; undefined for any other flag or command. */
export function plannedFlag(name: string, flag: string): UserError | undefined {
  const found = FLAGS_TO_COME.find(({ flags }) => flags.includes(flag));
  if (!found || !STARTING.includes(name.split(' ').at(-1) ?? '')) return undefined;
  return new UserError(`there is no ${flag} in tslab ${name}: ${found.by}`, 2, found.until);
}
