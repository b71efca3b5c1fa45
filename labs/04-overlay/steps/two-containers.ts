import { readFileSync, statSync } from 'node:fs';
import { observed } from '../../../src/lab/observation.js';
import { stayAfter } from '../../../src/lab/script.js';
import { listTree } from '../../../src/overlay/tree.js';
import { diskUsage } from '../../../src/state/tree.js';
import { container, enter, type Setup } from './setup.js';

const WRITE_A = 'echo "A was here" > /note; cat /note';
const READ_THEN_WRITE_B =
  'found=$(if [ -e /note ]; then cat /note; else echo "no note"; fi)\necho "B was here" > /note; echo "$found"';

// #region two-containers
export async function twoContainers({ lab, image, newOverlay }: Setup): Promise<void> {
  const wanted = await lab.step('two-containers');
  const [first, second] = [newOverlay('a'), newOverlay('b')];
  const own = wanted ? second : { ...first, target: second.target };
  // #endregion
  const before = imageUsage(image);
  const a = await stayAfter(lab, container(enter(first)), WRITE_A);
  await lab.hear(a, WRITE_A);
  const b = await stayAfter(lab, container(enter(own)), READ_THEN_WRITE_B);
  await lab.check('container B reads nothing that A wrote', 'no note', await lab.hear(b, READ_THEN_WRITE_B));
  await lab.check('container A still reads its own', 'A was here', rootFile(a.pid, 'note'));
  await lab.check('what neither wrote is one file for both', inode(a.pid), inode(b.pid));
  const { upper } = second;
  await lab.observe('after', observed('host', upper, listTree(upper)));
  await lab.measure('disk space of the image', before, 'bytes');
  await lab.measure('disk space of container B', diskUsage(upper), 'bytes');
  const told = { expected: 'at most 64 KiB', actual: `${diskUsage(upper)} bytes` };
  await lab.checkThat('container B costs only what it wrote', diskUsage(upper) <= 64 << 10, told);
  await lab.check('and the image is as large as before', before, imageUsage(image));
}

function imageUsage(image: readonly string[]): number {
  return image.reduce((sum, layer) => sum + diskUsage(layer), 0);
}

/** Of a file that only the image has. */
function inode(pid: number): string {
  return `inode ${statSync(`/proc/${pid}/root/demo/data`).ino}`;
}

/** A file as a process sees it, read from the host. */
function rootFile(pid: number, path: string): string {
  return readFileSync(`/proc/${pid}/root/${path}`, 'utf8').trim();
}
