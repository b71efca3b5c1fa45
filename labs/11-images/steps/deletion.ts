import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { observed } from '../../../src/lab/observation.js';
import { listTree } from '../../../src/overlay/tree.js';
import { archiveOf, namesIn, treeMembers } from './archive.js';
import { changesAsLayer, printed, type Setup } from './setup.js';

// #region whiteout
export async function whiteoutStep(setup: Setup): Promise<void> {
  const { lab, base, app, overlay, unpack } = setup;
  const wanted = await lab.step('whiteout');
  const written = overlay('whiteout', app, base);
  await printed(lab, written, 'rm /app/notes; echo all is new >/app/news');
  await lab.observe('after', observed('host', written.upper, listTree(written.upper)));
  const elsewhere = async (archive: Buffer, name: string) => {
    const layer = await unpack(archive, `${name}-layer`);
    return await printed(lab, overlay(name, layer, app, base), 'cd /app; echo *');
  };
  // A program that copies files finds none under this name: there is a device, which it leaves out.
  const files = archiveOf(treeMembers(written.upper));
  await lab.check(
    'with the files of upper alone, a container has',
    'hello news notes version',
    await elsewhere(files, 'files'),
  );
  const archive = wanted ? changesAsLayer(written) : files;
  await lab.observe('after', observed('host', 'names in the archive', namesIn(archive).join('\n')));
  const deleted = namesIn(archive).filter((name) => name.includes('.wh.'));
  await lab.check('what the archive says of the deleted file', 'app/.wh.notes', deleted.join(' '));
  await lab.check('with this archive, a container has', 'hello news version', await elsewhere(archive, 'changes'));
}
// #endregion

const SECRET = 'the key to everything';

// #region still-there
export async function stillThere({ lab, base, overlay, unpack }: Setup): Promise<void> {
  await lab.step('still-there');
  const first = overlay('secret', base);
  await printed(lab, first, `echo ${SECRET} >/key`);
  const layer = await unpack(changesAsLayer(first), 'secret-layer');
  const second = overlay('no-secret', layer, base);
  await printed(lab, second, 'rm /key');
  const without = await unpack(changesAsLayer(second), 'no-secret-layer');
  const seen = await printed(lab, overlay('looked-for', without, layer, base), 'ls / | grep key || echo no key');
  await lab.check('a container of the image has', 'no key', seen);
  const places = [without, layer].flatMap(({ archive }, i) => (archive.includes(SECRET) ? [`layer ${2 - i}`] : []));
  const found = existsSync(join(layer.directory, 'key')) ? places.join(' ') : null;
  await lab.check('the archive that still has the key', 'layer 1', found);
}
// #endregion
