import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { exitGroup, umount2 } from '../../../src/kernel/calls/index.js';
import * as k from '../../../src/kernel/constants.js';
import type { Child } from '../../../src/kernel/process.js';
import type { Syscall } from '../../../src/kernel/syscall.js';
import type { Lab } from '../../../src/lab/lab.js';
import { hostFile, observed } from '../../../src/lab/observation.js';
import { fileId } from '../../../src/procfs/file-id.js';
import { type Mount, mountAround, readMountinfo } from '../../../src/procfs/mountinfo.js';
import { attachVolume, makeMountPoint, openVolume, type VolumeOptions } from '../calls/mounts.js';
import * as look from './look.js';
import { type Box, enterBox, type Ground } from './setup.js';

/** A directory, as `docker run -v SOURCE:TARGET` attaches it. */
export const PLAIN: VolumeOptions = { readOnly: false, propagation: k.MS_PRIVATE, isDirectory: true };

// #region with-volume
/** A container with a directory of the host at /data; the mount point alone where the volume is left out. */
export function withVolume(box: Box, source: string | undefined, options = PLAIN): Syscall[] {
  if (source === undefined) return [...enterBox(box), ...makeMountPoint('/data', options.isDirectory)];
  const tree = openVolume(source);
  return [tree, ...enterBox(box), ...attachVolume(tree, '/data', options)];
}
// #endregion

export async function dataIsLost(lab: Lab, ground: Ground): Promise<void> {
  await lab.step('no-volume');
  const first = ground.box();
  await look.runInside(lab, enterBox(first), 'mkdir /data; echo important > /data/note; cat /data/note');
  const kept = look.textOf(join(first.written, 'data/note'));
  await lab.observe('during', hostFile(join(first.written, 'data/note')));
  const { output } = await look.runInside(lab, enterBox(ground.box()), 'cat /data/note || echo no such file');
  await lab.check('what a container writes is in its own directory', 'important', kept);
  await lab.check('the next container of the image does not have it', 'no such file', output.trim());
}

// #region bind
export async function bindDirectory(lab: Lab, ground: Ground): Promise<void> {
  const wanted = await lab.step('bind');
  const source = ground.directory('shared');
  const calls = withVolume(ground.box(), wanted ? source : undefined);
  const [child] = await look.doAndStay(lab, calls, 'echo from the container > /data/answer; echo written');
  const answer = await lab.observe('after', hostFile(join(source, 'answer')), 'move_mount');
  await lab.check('what the container writes is read outside', 'from the container', answer);

  writeFileSync(join(source, 'letter'), 'from the host\n');
  const letter = await lab.observe('after', look.fileInside(child, '/data/letter'), 'move_mount');
  await lab.check('what the host writes is read inside', 'from the host', letter);

  const outside = await lab.observe('during', observed('host', source, fileId(source)));
  const inside = await lab.observe('during', observed('container', '/data', fileId(`/proc/${child.pid}/root/data`)));
  await lab.check('both are the same directory', outside ?? '', inside);
  await lab.kill(child);
}
// #endregion

export async function rootField(lab: Lab, ground: Ground): Promise<void> {
  await lab.step('root-field');
  const source = ground.directory('shared');
  const child = await look.stay(lab, withVolume(ground.box(), source));
  await lab.observe(
    'during',
    observed('host', `the mount that ${source} lies in`, inWords(mountAround(readMountinfo(), source))),
  );
  await lab.observe('during', look.mountLines(child, '/data'), 'move_mount');
  const volume = look.mountAt(child, '/data');
  const { device, root } = look.placeOnDisk(source);
  await lab.check('it is the host’s filesystem', device, volume?.device ?? null);
  await lab.check('its root field is the directory’s path in that filesystem', root, volume?.root ?? null);
  await lab.kill(child);
}

export async function hidesWhatIsBelow(lab: Lab, ground: Ground): Promise<void> {
  await lab.step('hidden');
  const [box, source] = [ground.box(), ground.directory('shared')];
  writeFileSync(join(source, 'from-the-volume'), '');
  const below = join(box.written, 'data');
  mkdirSync(below);
  writeFileSync(join(below, 'from-the-image'), 'untouched\n');
  await lab.observe('during', look.listOnHost(below));
  const child = await look.stay(lab, withVolume(box, source));
  const covered = await lab.observe('during', look.listInside(child, '/data'), 'move_mount');
  await lab.check('while the volume is there, only the volume is', 'from-the-volume', covered);
  await uncover(lab, child);
  await lab.observe('after', look.listInside(child, '/data'), 'umount2');
  const text = look.textOf(`/proc/${child.pid}/root/data/from-the-image`);
  await lab.check('what was below comes back, untouched', 'untouched', text);
  await lab.check('the volume has kept what is in it', 'from-the-volume', look.namesIn(source));
  await lab.kill(child);
}

/** Takes the volume off again, in the container's mount namespace. */
async function uncover(lab: Lab, child: Child): Promise<void> {
  const helper = await lab.enter(child, k.CLONE_NEWNS, [umount2('/data', 0), exitGroup(0)]);
  await helper.exited;
}

function inWords({ device, root, mountPoint, fstype }: Mount): string {
  return `device ${device} (${fstype}), root ${root}, mounted at ${mountPoint}`;
}
