import { Command } from 'commander';
import type { ProcessFlags } from '../../docker/options/run.js';
import type { CreateCommand } from '../commands.js';
import { addProcessOptions } from './process-options.js';

/** `tslab exec` */
export const createExec: CreateCommand = (choose) => {
  const command = new Command()
    .description('Run a command in a running container.')
    .usage('[options] CONTAINER COMMAND [ARG...]')
    .argument('<container>')
    .argument('<command...>')
    .passThroughOptions();
  addProcessOptions(command);
  return command.action((reference: string, words: string[], flags: ProcessFlags) =>
    choose(async () => (await import('./exec-in-container.js')).execInContainer(reference, words, flags)),
  );
};
