import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { rename } from '../../../src/kernel/calls/index.js';
import { mayFail, type Syscall } from '../../../src/kernel/syscall.js';
import { madeBy } from '../../../src/lab/cause.js';
import type { Lab } from '../../../src/lab/lab.js';
import { errnoOf, hostFile } from '../../../src/lab/observation.js';
import { stayAfter } from '../../../src/lab/script.js';
import { attachVolume, openVolume } from '../calls/mounts.js';
import { PLAIN } from './bind.js';
import * as look from './look.js';
import { container, enterRoot, type Setup } from './setup.js';

const HOSTS = '/etc/hosts';

// #region file
/** A mount point may be a file, if what is mounted is one. */
function attachFile(source: string, calls: readonly Syscall[]): Syscall[] {
  const tree = openVolume(source);
  return [tree, ...calls, ...attachVolume(tree, HOSTS, { ...PLAIN, isDirectory: false })];
}
// #endregion

export async function singleFile({ lab, directory, newRoot }: Setup): Promise<void> {
  const wanted = await lab.step('file');
  const [root, source] = [newRoot(), join(directory('names'), 'hosts')];
  writeFileSync(source, '10.0.0.1 one\n');
  writeFileSync(join(root.written, 'new-hosts'), '10.0.0.9 other\n');
  const calls = wanted ? attachFile(source, enterRoot(root)) : enterRoot(root);
  const child = await stayAfter(lab, container([...calls, mayFail(rename('/new-hosts', HOSTS))]));
  await lab.check('a mount point cannot be replaced from inside', 'EBUSY', errnoOf(child, 'renameat2') ?? 'renamed');

  appendFileSync(source, '10.0.0.2 two\n');
  const appended = await lab.observe('before', look.fileInside(child, HOSTS), madeBy(child, 'move_mount'));
  await lab.check('what the host adds to the file is read inside', '10.0.0.1 one\n10.0.0.2 two', appended);

  await replace(lab, source, '10.0.0.3 three\n');
  await lab.observe('after', hostFile(source));
  const replaced = await lab.observe('after', look.fileInside(child, HOSTS));
  await lab.check('a file that the host replaces stays the old one inside', '10.0.0.1 one\n10.0.0.2 two', replaced);
}

/** How editors save: a new file takes the old one's name. */
async function replace(lab: Lab, path: string, text: string): Promise<void> {
  writeFileSync(`${path}.new`, text);
  await lab.call(rename(`${path}.new`, path));
}
