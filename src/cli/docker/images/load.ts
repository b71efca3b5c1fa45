import { isatty } from 'node:tty';
import { asOwnRoot } from '../../../container/users/again-as-root.js';
import { loadArchive } from '../../../image/archive/load.js';
import { STDIN } from '../../../image/codec/decompress.js';
import { familiarName } from '../../../image/reference.js';
import { UserError } from '../../../kernel/errors/user-error.js';
import { print } from '../../../terminal/output.js';
import { visible } from '../../../view/text/visible.js';
import type { Define } from '../../command.js';
import { sweepLeftovers, warn } from '../../leftovers.js';
import { tellingErrors } from '../shared/errors.js';

/** `tslab load` */
export const define: Define = (command, choose) =>
  command
    .description('Load images from an archive of `docker save`, or from an OCI layout; compressed or not.')
    .option('-i, --input <file>', 'this file, in the place of standard input')
    .option('-q, --quiet', 'as with docker: nothing is shown meanwhile')
    .action(({ input }: { input?: string }) =>
      choose(() => tellingErrors(() => asOwnRoot(() => load(input || undefined)))),
    );

async function load(input: string | undefined): Promise<number> {
  sweepLeftovers();
  if (input === undefined && isatty(0))
    throw new UserError('requested load from stdin, but stdin is empty', 1, 'tslab load -i FILE');
  for (const { image, names, notes } of await loadArchive(input ?? STDIN)) {
    const lines = names.map((name) => `Loaded image: ${familiarName(name)}\n`);
    print(lines.length > 0 ? lines.join('') : `Loaded image ID: ${image.id}\n`);
    for (const note of notes) warn(visible(note));
  }
  return 0;
}
