import { type Command, InvalidArgumentError } from 'commander';
import type { GlobalOptions } from '../../options.js';
import type { Work } from '../../program.js';

/** What `tslab read` was asked for. */
export interface ReadOptions extends GlobalOptions {
  /** Only the section with this id. */
  readonly section?: string;
  /** Only the table of contents. */
  readonly toc?: true;
  readonly answers?: true;
  /** How many hints of each section are open. */
  readonly hints?: number;
  /** False: `--no-pager`. */
  readonly pager: boolean;
}

/** `tslab read [lesson]`. */
export function addRead(program: Command, choose: (work: Work) => void): void {
  const command = program
    .command('read')
    .summary('read a lesson; without a name, list them')
    .description(
      'Read a lesson: `tslab read 03`, `tslab read intro`, `tslab read glossary`. Without a name, list them.',
    )
    .argument('[lesson]', 'number, name or id')
    .option('--section <id>', 'only this section; --toc lists the ids')
    .option('--toc', 'only the table of contents')
    .option('--answers', 'tell the answers of the questions')
    .option('--hints <number>', 'open so many hints of each section', parseHints)
    .option('--no-pager', 'write it all at once; else TSLAB_PAGER, PAGER or less shows it')
    .showHelpAfterError('`tslab read --help` shows how it is used.');
  command.action((lesson: string | undefined) =>
    choose(async () => {
      const { read } = await import('./read.js');
      return read(lesson, command.optsWithGlobals<ReadOptions>());
    }),
  );
}

function parseHints(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('It is a number, such as 1.');
  return Number(text);
}
