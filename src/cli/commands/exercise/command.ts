import { Option } from 'commander';
import { UserError } from '../../../kernel/errors/user-error.js';
import type { Define } from '../../command.js';
import type { ExerciseOptions } from './options.js';

/** `tslab exercise` */
export const define: Define = (command, choose) => {
  command
    .usage('[exercise] [options]')
    .argument('[exercise]', 'its name; without one, list them')
    .option(
      '--check [file]',
      'look once, at this file or at your own, and end with 0 where it is solved; no keys, no watching',
    )
    .option('--hint', 'show the next hint')
    .option('--reset', 'begin anew: your file as it was at first, no hints, no tries')
    .addOption(new Option('--attempt <file>').hideHelp())
    .action((id: string | undefined) =>
      choose(async () => {
        const options = command.optsWithGlobals<ExerciseOptions>();
        return id === undefined ? (await import('./list.js')).listExercises(options) : await exercise(id, options);
      }),
    );
};

async function exercise(name: string, options: ExerciseOptions): Promise<number> {
  const { findExercise } = await import('./find.js');
  const entry = findExercise(name);
  if (options.attempt !== undefined)
    return await (await import('./attempt.js')).attempt(entry, options.attempt, options);
  const { reset, showHint } = await import('./hints.js');
  if (options.reset) return reset(entry, options);
  if (options.hint) return showHint(entry, options);
  if (options.check !== undefined) return await (await import('./check.js')).check(entry, options.check, options);
  if (!process.stdin.isTTY || !process.stdout.isTTY || options.json) throw noTerminal(name);
  if (entry.form === 'list') return await (await import('./watch-list.js')).watchList(entry, options);
  return await (await import('./sit.js')).sit(entry, options);
}

function noTerminal(name: string): UserError {
  const message = 'An exercise is done at a terminal, which it needs to read from and to write to.';
  return new UserError(
    message,
    2,
    `tslab exercise ${name} --check FILE looks once, without one; --json tells what it sees.`,
  );
}
