import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { Lab } from '../../../src/lab/lab.js';
import { makeMountPoint, mountTmpfs } from '../calls/mounts.js';
import * as look from './look.js';
import { enterBox, type Ground } from './setup.js';

const KIBIBYTES = 64;

// #region tmpfs-step
export async function memoryOnly(lab: Lab, ground: Ground): Promise<void> {
  const wanted = await lab.step('tmpfs');
  const box = ground.box();
  const tmpfs = wanted ? mountTmpfs('/scratch', `size=${KIBIBYTES}k,mode=1777`) : makeMountPoint('/scratch', true);
  const [child, printed] = await look.doAndStay(lab, [...enterBox(box), ...tmpfs], FILL);
  await lab.observe('during', look.mountLines(child, '/scratch'), wanted ? 'mount' : undefined);
  await lab.check('more than its size does not fit', 'No space left on device', printed[0]?.split(': ').at(-1) ?? null);
  const { size } = statSync(`/proc/${child.pid}/root/scratch/file`);
  await lab.check('what fits is there', KIBIBYTES * 1024, size);
  const onDisk = await lab.observe('during', look.listOnHost(join(box.written, 'scratch')));
  await lab.check('and nothing of it is on the disk', 'nothing', onDisk);
  await lab.kill(child);
}
// #endregion

/** The shell itself is a file that is larger than that. */
const FILL = 'dd if=/bin/sh of=/scratch/file bs=4k 2>&1 | grep space || echo it all fits';
