import { join } from 'node:path';
import { close, open, write } from '../../../src/kernel/calls/index.js';
import * as k from '../../../src/kernel/constants.js';
import { housekeeping } from '../../../src/kernel/syscall.js';
import type { Lab } from '../../../src/lab/lab.js';
import { observed } from '../../../src/lab/observation.js';
import { archiveOf, treeMembers } from './archive.js';
import { Receiver, type Setup } from './setup.js';

// #region one-tar
export async function oneTar({ lab, base, app, directory, unpack }: Setup): Promise<void> {
  await lab.step('one-tar');
  const receiver = new Receiver(directory('one-tar'));
  const files = (await unpack(app.archive, 'one-tar-app')).directory;
  const image = () => archiveOf([...treeMembers(base.directory), ...treeMembers(files)]);
  const first = image();
  receiver.take(first);
  await changeByte(lab, files);
  const second = image();
  await lab.measure('size of the image', second.length, 'bytes');
  await lab.check('bytes of the archive that change', 1, countDifferent(first, second));
  await lab.check('bytes that are sent again', second.length, receiver.take(second));
}
// #endregion

// #region layers
export async function layersStep({ lab, base, app, directory, unpack }: Setup): Promise<void> {
  const wanted = await lab.step('layers');
  const receiver = new Receiver(directory('layers'));
  const files = (await unpack(app.archive, 'layers-app')).directory;
  const layers = () => [base.archive, archiveOf(treeMembers(files))];
  const blobs = () => (wanted ? layers() : [Buffer.concat(layers())]);
  const size = receiver.take(...blobs());
  await changeByte(lab, files);
  await lab.observe('during', observed('host', 'layers of the image', layers().map(inBytes).join('\n')));
  const sent = receiver.take(...blobs());
  await lab.check('bytes that are sent of the changed image', layers()[1]?.length ?? 0, sent);
  const shared = Math.floor(((size - sent) / size) * 100);
  const told = { expected: 'at least 90 %', actual: `${shared} %` };
  await lab.checkThat('share of the image that the receiver has already', shared >= 90 && sent > 0, told);
}
// #endregion

/** Overwrites the first byte of a file of the application: its version. */
async function changeByte(lab: Lab, directory: string): Promise<void> {
  const file = await lab.call(open(join(directory, 'app/version'), k.O_WRONLY | k.O_CLOEXEC));
  await lab.call(write(file, '2'));
  await lab.call(housekeeping(close(file)));
}

function countDifferent(first: Buffer, second: Buffer): number {
  return second.filter((byte, i) => byte !== first[i]).length;
}

function inBytes({ length }: Buffer, i: number): string {
  return `${i === 0 ? 'base' : 'app'}: ${length} bytes`;
}
