import { statSync } from 'node:fs';
import { dirname } from 'node:path';
import { isatty } from 'node:tty';
import { visitLayers } from '../../../container/files/layers-root.js';
import type { Container } from '../../../container/store/store.js';
import { UserError } from '../../../kernel/errors/user-error.js';
import { explaining } from '../../../kernel/files/copy-error.js';
import { openCursorAt } from '../../../kernel/files/directory-cursor.js';
import { UnnamedFile } from '../../../kernel/files/unnamed-file.js';
import { NOBODY_READS } from '../../../terminal/output.js';
import type { Define } from '../../command.js';
import { tellingErrors } from '../shared/errors.js';
import { findCurrent } from '../shared/find.js';
import { tellLeftOut } from './left-out.js';
import { type Done, writeArchive } from './write-archive.js';

const STDOUT = 1;

/** `tslab export` */
export const define: Define = (command, choose) =>
  command
    .description('Write the files of a container as a tar archive, without volumes and other mounts in it.')
    .argument('<container>')
    .option('-o, --output <file>', 'this file, in the place of standard output')
    .action((reference: string, { output }: { output?: string }) =>
      choose(() => tellingErrors(() => exportFiles(reference, output || undefined))),
    );

async function exportFiles(reference: string, output: string | undefined): Promise<number> {
  if (output === undefined && isatty(STDOUT)) throw atTerminal();
  if (output !== undefined) checkDirectory(output);
  const container = await findCurrent(reference);
  const leftOut = output === undefined ? pack(container, STDOUT, 'standard output') : packInto(container, output);
  if (leftOut === NOBODY_READS) return leftOut;
  tellLeftOut(leftOut);
  return 0;
}

/** In docker's words (docker/cli, container/export.go and command/utils.go). */
function atTerminal(): UserError {
  return new UserError(
    'cowardly refusing to save to a terminal. Use the -o flag or redirect',
    1,
    'tslab export NAME -o FILE',
  );
}

function checkDirectory(output: string): void {
  const directory = dirname(output);
  if (statSync(directory, { throwIfNoEntry: false })?.isDirectory()) return;
  const message = `failed to export container: invalid output path: directory ${JSON.stringify(directory)} does not exist`;
  throw new UserError(message, 1, `mkdir -p ${directory}`);
}

/** The file appears whole, under its own name, or not at all. */
function packInto(container: Container, output: string): Done {
  return explaining({ shown: output }, () => {
    using file = new UnnamedFile(output);
    const done = pack(container, file.fd, output);
    file.name();
    return done;
  });
}

/** All that is in the root, under names without a slash in front. */
function pack(container: Container, fd: number, shown: string): Done {
  return visitLayers(container, (root, { inside: owner }) => {
    using cursor = openCursorAt(root, '.');
    return writeArchive({ fd, shown, owner }, (packing) => {
      for (const { name } of cursor.entries()) packing.add({ directory: cursor.fd, name, shown: `/${name}` }, name);
    });
  });
}
