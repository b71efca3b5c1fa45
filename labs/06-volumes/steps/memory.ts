import { statSync } from 'node:fs';
import { join } from 'node:path';
import { withName } from '../../../src/lab/cause.js';
import { stayAfter } from '../../../src/lab/script.js';
import { makeMountPoint, mountTmpfs } from '../calls/mounts.js';
import * as look from './look.js';
import { container, enterRoot, type Setup } from './setup.js';

const KIBIBYTES = 64;

// #region tmpfs-step
export async function memoryOnly({ lab, newRoot }: Setup): Promise<void> {
  const wanted = await lab.step('tmpfs');
  const root = newRoot();
  const tmpfs = wanted ? mountTmpfs('/scratch', `size=${KIBIBYTES}k,mode=1777`) : makeMountPoint('/scratch', true);
  const child = await stayAfter(lab, container([...enterRoot(root), ...tmpfs]), FILL);
  const printed = await lab.hear(child, FILL);
  await lab.observe('during', look.mountLines(child, '/scratch'), withName(tmpfs, 'mount'));
  await lab.check('more than its size does not fit', 'No space left on device', printed.split(': ').at(-1) ?? null);
  const { size } = statSync(`/proc/${child.pid}/root/scratch/file`);
  await lab.check('what fits is there', KIBIBYTES * 1024, size);
  const onDisk = await lab.observe('during', look.listOnHost(join(root.written, 'scratch')));
  await lab.check('what of it is on the disk', 'nothing', onDisk);
}
// #endregion

/** The shell itself is a file that is larger than that. */
const FILL = 'dd if=/bin/sh of=/scratch/file bs=4k 2>&1 | grep space || echo it all fits';
