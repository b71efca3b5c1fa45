import { readFileSync, statSync } from 'node:fs';
import type { Lab } from '../../../src/lab/lab.js';
import { observed } from '../../../src/lab/observation.js';
import { listTree } from '../../../src/overlay/tree.js';
import { diskUsage } from '../../../src/state/tree.js';
import { enter, newOverlay, type Stage, stayIn } from './setup.js';

const WRITE_A = 'echo "A was here" > /note; cat /note';
const READ_THEN_WRITE_B =
  'found=$(if [ -e /note ]; then cat /note; else echo "no note"; fi)\necho "B was here" > /note; echo "$found"';

// #region two-containers
export async function twoContainers(lab: Lab, stage: Stage): Promise<void> {
  const wanted = await lab.step('two-containers');
  const [first, second] = [newOverlay(lab, stage, 'a'), newOverlay(lab, stage, 'b')];
  const own = wanted ? second : { ...first, target: second.target };
  // #endregion
  const image = imageUsage(stage);
  const a = await stayIn(lab, enter(first), WRITE_A);
  const b = await stayIn(lab, enter(own), READ_THEN_WRITE_B);
  await lab.check('container B reads nothing that A wrote', 'no note', b.heard);
  await lab.check('container A still reads its own', 'A was here', rootFile(a.child.pid, 'note'));
  await lab.check('what nobody wrote is one file for both', inode(a.child.pid), inode(b.child.pid));
  const { upper } = second;
  await lab.observe('after', observed('host', upper, listTree(upper)));
  await lab.measure('disk space of the image', image, 'bytes');
  await lab.measure('disk space of container B', diskUsage(upper), 'bytes');
  const told = { expected: 'at most 64 KiB', actual: `${diskUsage(upper)} bytes` };
  await lab.checkThat('container B costs only what it wrote', diskUsage(upper) <= 64 << 10, told);
  await lab.check('and the image is as large as before', image, imageUsage(stage));
  for (const { child } of [a, b]) await lab.kill(child);
}

function imageUsage({ image }: Stage): number {
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
