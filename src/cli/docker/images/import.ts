import { isatty } from 'node:tty';
import { asOwnRoot } from '../../../container/users/again-as-root.js';
import { tellImage } from '../../../docker/images/tell.js';
import { importArchive } from '../../../image/archive/import.js';
import { parseChanges } from '../../../image/build/changes.js';
import { STDIN } from '../../../image/codec/decompress.js';
import { parseNewName } from '../../../image/reference.js';
import { holdStore } from '../../../image/store/hold.js';
import { nameImage } from '../../../image/store/images.js';
import { UserError } from '../../../kernel/errors/user-error.js';
import { print } from '../../../terminal/output.js';
import { visible } from '../../../view/text/visible.js';
import type { Define } from '../../command.js';
import { sweepLeftovers, warn } from '../../leftovers.js';
import { addChange, type ChangeOption } from '../shared/change-option.js';
import { tellingErrors } from '../shared/errors.js';
import { unlessInterruptedReading } from './unless-interrupted.js';

interface ImportOptions extends ChangeOption {
  readonly message?: string;
}

/** `tslab import` */
export const define: Define = (command, choose) =>
  addChange(command)
    .description('Make an image of a tar archive of files, compressed or not, such as tslab export writes.')
    .argument('<file>', '- is standard input')
    .argument('[name]', 'of the image: NAME[:TAG]')
    .option('-m, --message <message>', 'what is said of it in the history')
    .action((file: string, name: string | undefined, options: ImportOptions) =>
      choose(() => tellingErrors(() => asOwnRoot(() => importFile(file, name, options)))),
    );

async function importFile(file: string, name: string | undefined, options: ImportOptions): Promise<number> {
  const full = name === undefined ? undefined : parseNewName(name);
  const settings = parseChanges(options.change ?? [])({});
  refuse(file);
  sweepLeftovers();
  return await unlessInterruptedReading(async (aborted) => {
    using _held = holdStore();
    const source = file === '-' ? STDIN : file;
    const request = { file: source, message: options.message ?? `Imported from ${file}`, settings, aborted };
    const { image, notes } = await importArchive(request);
    nameImage(image.descriptor, full);
    tellImage('import', image, full ?? image.id);
    for (const note of notes) warn(visible(note));
    print(`${image.id}\n`);
    return 0;
  });
}

function refuse(file: string): void {
  if (/^https?:\/\//.test(file))
    throw new UserError(`${file}: nothing is downloaded by import`, 1, `curl -L ${file} | tslab import - NAME`);
  if (file === '-' && isatty(0))
    throw new UserError('requested import from stdin, but stdin is a terminal', 1, 'tslab import FILE NAME');
}
