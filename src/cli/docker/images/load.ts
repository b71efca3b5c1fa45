import { isatty } from 'node:tty';
import { asOwnRoot } from '../../../container/users/again-as-root.js';
import { tellImage } from '../../../docker/images/tell.js';
import { loadArchive } from '../../../image/archive/load.js';
import { STDIN } from '../../../image/codec/decompress.js';
import { familiarName } from '../../../image/reference.js';
import { parsePlatform } from '../../../image/transfer/platform.js';
import { UserError } from '../../../kernel/errors/user-error.js';
import { print } from '../../../terminal/output.js';
import { visible } from '../../../view/text/visible.js';
import type { Define } from '../../command.js';
import { sweepLeftovers, warn } from '../../leftovers.js';
import { tellingErrors } from '../shared/errors.js';
import { unlessInterruptedReading } from './unless-interrupted.js';

/** `tslab load` */
export const define: Define = (command, choose) =>
  command
    .description('Load images from an archive of `docker save`, or from an OCI layout; compressed or not.')
    .option('-i, --input <file>', 'this file, in the place of standard input')
    .option('-q, --quiet', 'as with docker: nothing is shown meanwhile')
    .option('--platform <platform>', 'of an image for several machines, the one for this: linux/arm64')
    .action((options: Options) => choose(() => tellingErrors(() => asOwnRoot(() => load(options)))));

interface Options {
  readonly input?: string;
  readonly platform?: string;
}

async function load({ input, platform }: Options): Promise<number> {
  const wanted = platform ? parsePlatform(platform) : undefined;
  sweepLeftovers();
  if (!input && isatty(0))
    throw new UserError('requested load from stdin, but stdin is empty', 1, 'tslab load -i FILE');
  return await unlessInterruptedReading(async (aborted) => {
    for (const { image, names, notes } of await loadArchive(input || STDIN, wanted, aborted)) {
      const lines = names.map((name) => `Loaded image: ${familiarName(name)}\n`);
      print(lines.length > 0 ? lines.join('') : `Loaded image ID: ${image.id}\n`);
      tellImage('load', image, names[0]);
      for (const note of notes) warn(visible(note));
    }
    return 0;
  });
}
