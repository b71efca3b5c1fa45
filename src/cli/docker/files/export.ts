import { visitLayers } from '../../../container/files/layers-root.js';
import { againAsRootOf } from '../../../container/files/root-inside.js';
import type { Container } from '../../../container/store/store.js';
import { NOBODY_READS } from '../../../terminal/output.js';
import type { Define } from '../../command.js';
import { tellingErrors } from '../shared/errors.js';
import { findCurrent } from '../shared/find.js';
import { checkOutput, writeOutput } from '../shared/output-file.js';
import { tellLeftOut } from './left-out.js';
import { type Done, writeTree } from './write-archive.js';

/** `tslab export` */
export const define: Define = (command, choose) =>
  command
    .description('Write the files of a container as a tar archive, without volumes and other mounts in it.')
    .argument('<container>')
    .option('-o, --output <file>', 'this file, in the place of standard output')
    .action((reference: string, { output }: { output?: string }) =>
      choose(() => tellingErrors(() => exportFiles(reference, output || undefined))),
    );

async function exportFiles(reference: string, path: string | undefined): Promise<number> {
  checkOutput({ path, failure: 'failed to export container', example: 'tslab export NAME -o FILE' });
  const container = await findCurrent(reference);
  const done = await againAsRootOf(container);
  if (done !== undefined) return done;
  const leftOut = writeOutput(path, (fd, shown) => pack(container, fd, shown));
  if (leftOut === NOBODY_READS) return leftOut;
  tellLeftOut(leftOut);
  return 0;
}

function pack(container: Container, fd: number, shown: string): Done {
  return visitLayers(container, (root, { inside: owner }) => writeTree(root, { fd, shown, owner }));
}
