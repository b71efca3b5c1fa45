import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { exitGroup, umount2 } from '../../../src/kernel/calls/index.js';
import * as k from '../../../src/kernel/constants.js';
import type { Syscall } from '../../../src/kernel/syscall.js';
import { madeBy } from '../../../src/lab/cause.js';
import { hostFile, observed } from '../../../src/lab/observation.js';
import { runScript, stayAfter } from '../../../src/lab/script.js';
import { fileId } from '../../../src/procfs/file-id.js';
import { type Mount, mountAround, readMountinfo } from '../../../src/procfs/mountinfo.js';
import { attachVolume, makeMountPoint, openVolume, type VolumeOptions } from '../calls/mounts.js';
import * as look from './look.js';
import { container, enterRoot, type Root, type Setup } from './setup.js';

/** A directory, as `docker run -v SOURCE:TARGET` attaches it. */
export const PLAIN: VolumeOptions = { readOnly: false, propagation: k.MS_PRIVATE, isDirectory: true };

// #region with-volume
/** A container with a directory of the host at /data; the mount point alone where the volume is left out. */
export function withVolume(root: Root, source: string | undefined, options = PLAIN): Syscall[] {
  if (source === undefined) return [...enterRoot(root), ...makeMountPoint('/data', options.isDirectory)];
  const tree = openVolume(source);
  return [tree, ...enterRoot(root), ...attachVolume(tree, '/data', options)];
}
// #endregion

export async function dataIsLost({ lab, newRoot }: Setup): Promise<void> {
  await lab.step('no-volume');
  const first = newRoot();
  await runScript(lab, container(enterRoot(first)), 'mkdir /data; echo important > /data/note; cat /data/note');
  const kept = look.textOf(join(first.written, 'data/note'));
  await lab.observe('during', hostFile(join(first.written, 'data/note')));
  const { output } = await runScript(lab, container(enterRoot(newRoot())), 'cat /data/note || echo no such file');
  await lab.check('what a container writes is in its own directory', 'important', kept);
  await lab.check('the next container of the image does not have it', 'no such file', output);
}

// #region bind
export async function bindDirectory({ lab, directory, newRoot }: Setup): Promise<void> {
  const wanted = await lab.step('bind');
  const source = directory('shared');
  const calls = withVolume(newRoot(), wanted ? source : undefined);
  const script = 'echo from the container > /data/answer; echo written';
  const child = await stayAfter(lab, container(calls), script);
  await lab.hear(child, script);
  const answer = await lab.observe('after', hostFile(join(source, 'answer')), madeBy(child, 'move_mount'));
  await lab.check('what the container writes is read outside', 'from the container', answer);

  writeFileSync(join(source, 'letter'), 'from the host\n');
  const letter = await lab.observe('after', look.fileInside(child, '/data/letter'), madeBy(child, 'move_mount'));
  await lab.check('what the host writes is read inside', 'from the host', letter);

  const outside = await lab.observe('during', observed('host', source, fileId(source)));
  const inside = await lab.observe('during', observed('container', '/data', fileId(`/proc/${child.pid}/root/data`)));
  await lab.check('both are the same directory', outside ?? '', inside);
}
// #endregion

export async function rootField({ lab, directory, newRoot }: Setup): Promise<void> {
  await lab.step('root-field');
  const source = directory('shared');
  const child = await stayAfter(lab, container(withVolume(newRoot(), source)));
  await lab.observe(
    'during',
    observed('host', `the mount that ${source} lies in`, inWords(mountAround(readMountinfo(), source))),
  );
  await lab.observe('during', look.mountLines(child, '/data'), madeBy(child, 'move_mount'));
  const volume = look.mountAt(child, '/data');
  const { device, root } = look.placeOnDisk(source);
  await lab.check('it is the host’s filesystem', device, volume?.device ?? null);
  await lab.check('its root field is the directory’s path in that filesystem', root, volume?.root ?? null);
}

export async function hidesWhatIsBelow({ lab, directory, newRoot }: Setup): Promise<void> {
  await lab.step('hidden');
  const [root, source] = [newRoot(), directory('shared')];
  writeFileSync(join(source, 'from-the-volume'), '');
  const below = join(root.written, 'data');
  mkdirSync(below);
  writeFileSync(join(below, 'from-the-image'), 'untouched\n');
  await lab.observe('during', look.listOnHost(below));
  const child = await stayAfter(lab, container(withVolume(root, source)));
  const covered = await lab.observe('during', look.listInside(child, '/data'), madeBy(child, 'move_mount'));
  await lab.check('while the volume is mounted, only its files are seen', 'from-the-volume', covered);
  const uncovered = umount2('/data', 0);
  const helper = await lab.enter(child, k.CLONE_NEWNS, [uncovered, exitGroup(0)]);
  await helper.exited;
  await lab.observe('after', look.listInside(child, '/data'), uncovered);
  const text = look.textOf(`/proc/${child.pid}/root/data/from-the-image`);
  await lab.check('what was below is back, untouched', 'untouched', text);
  await lab.check('the volume has kept its files', 'from-the-volume', look.namesIn(source));
}

function inWords({ device, root, mountPoint, fstype }: Mount): string {
  return `device ${device} (${fstype}), root ${root}, mounted at ${mountPoint}`;
}
