import { InvalidArgumentError } from 'commander';
import { said } from '../../../terminal/said.js';
import type { Define } from '../../command.js';
import type { ReadOptions } from './options.js';

/** `tslab read` */
export const define: Define = (command, choose) =>
  command
    .description(
      'Read a lesson: `tslab read 03`, `tslab read intro`, `tslab read glossary`. Without a name, list them.',
    )
    .argument('[lesson]', 'number, name or id')
    .option('--section <id>', 'only this section; --toc lists the ids')
    .option('--from <id>', 'begin at this section; without it, whoever left the lesson in less is asked')
    .option('--toc', 'only the table of contents')
    .option('--search <words>', 'list the sections of all lessons, or of one, that say this; status 1: none does')
    .option('--answers', 'tell the answers of the questions')
    .option('--hints <number>', 'open so many hints of each section', parseHints)
    .option('--no-pager', 'write it all at once; else TSLAB_PAGER, PAGER or less shows it (/ searches there)')
    .showHelpAfterError(said('`tslab read --help` shows how it is used.'))
    .action((lesson: string | undefined) =>
      choose(async () => (await import('./read.js')).read(lesson, command.optsWithGlobals<ReadOptions>())),
    );

function parseHints(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('It is a number, such as 1.');
  return Number(text);
}
