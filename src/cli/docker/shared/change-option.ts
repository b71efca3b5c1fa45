import type { Command } from 'commander';
import { collect } from '../../command.js';

/** `--change` of `commit` and `import`, which `parseChanges` (src/image/build/changes.ts) reads. */
export function addChange(command: Command): Command {
  return command.option(
    '-c, --change <instruction>',
    "an instruction of a Dockerfile for what its containers are: 'CMD [\"sh\"]', 'ENV A=1'; several times",
    collect,
  );
}

export interface ChangeOption {
  readonly change?: readonly string[];
}
