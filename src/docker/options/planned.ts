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

/** Of `build`. */
export const FLAGS_OF_BUILD: typeof FLAGS_TO_COME = [
  { by: 'a build makes an image of the store', flags: ['--push'], until: 'Then: tslab push NAME' },
  { by: 'a manifest has none', flags: ['--annotation'], until: '--label KEY=VALUE notes it in the config.' },
  {
    by: 'a build reads all of the Dockerfile before its first step, and has no other rules',
    flags: ['--call', '--check'],
    until: 'Leave it out.',
  },
  {
    by: 'each instruction is a layer',
    flags: ['--squash'],
    until: 'A last stage FROM scratch with COPY --from=0 / / has one; ENV, CMD … are to be said there again.',
  },
  { by: 'the ID is all that there is', flags: ['--metadata-file'], until: '--iidfile FILE writes the ID.' },
  {
    by: 'RUN has no such limits, and BuildKit ignores it',
    flags: [
      ...['-m', '--memory', '--memory-swap', '-c', '--cpu-shares', '--cpu-period', '--cpu-quota', '--cpuset-cpus'],
      ...['--cpuset-mems', '--cgroup-parent', '--security-opt', '--isolation', '--compress', '--allow', '--builder'],
    ],
    until: 'Leave it out.',
  },
];

/** Why a command has no such flag, and what does it here; undefined for any other flag or command. */
export function plannedFlag(name: string, flag: string): UserError | undefined {
  const found = flagsOf(name.split(' ').at(-1) ?? '').find(({ flags }) => flags.includes(flag));
  return found && new UserError(`there is no ${flag} in tslab ${name}: ${found.by}`, 2, found.until);
}

function flagsOf(command: string): typeof FLAGS_TO_COME {
  return STARTING.includes(command) ? FLAGS_TO_COME : command === 'build' ? FLAGS_OF_BUILD : [];
}
