import type { Command } from 'commander';
import type { Work } from '../program.js';
import type { ProgressOptions } from './progress.js';

/** `tslab progress [--reset]`. */
export function addProgress(program: Command, choose: (work: Work) => void): void {
  const command = program
    .command('progress')
    .description('show which lessons you have read and which labs held')
    .option('--reset', 'forget it all');
  command.action(() =>
    choose(async () => {
      const { progress } = await import('./progress.js');
      return progress(command.optsWithGlobals<ProgressOptions>());
    }),
  );
}
