import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { exitGroup, umount2 } from '../../src/kernel/calls.js';
import * as k from '../../src/kernel/constants.js';
import type { Child } from '../../src/kernel/process.js';
import type { Syscall } from '../../src/kernel/syscall.js';
import type { Telling } from '../../src/lab/definition.js';
import type { Lab } from '../../src/lab/lab.js';
import { hostFile, seen } from '../../src/lab/sight.js';
import type { Mount } from '../../src/probe/mountinfo.js';
import { fileId } from '../02-rootfs/chroot.js';
import { type Box, enterBox, type Ground } from './ground.js';
import * as look from './look.js';
import { attachVolume, makeMountPoint, openVolume, type VolumeOptions } from './mounts.js';

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

export async function* dataIsLost(lab: Lab, ground: Ground): Telling {
  yield* lab.step('no-volume');
  const first = ground.box();
  yield* look.runInside(lab, enterBox(first), 'mkdir /data; echo important > /data/note; cat /data/note');
  const kept = look.textOf(join(first.written, 'data/note'));
  yield* lab.observe('during', hostFile(join(first.written, 'data/note')));
  const { output } = yield* look.runInside(lab, enterBox(ground.box()), 'cat /data/note || echo no such file');
  yield* lab.check('what a container writes is in its own directory', 'important', kept);
  yield* lab.check('the next container of the image does not have it', 'no such file', output.trim());
}

// #region bind
export async function* bindDirectory(lab: Lab, ground: Ground): Telling {
  const wanted = yield* lab.step('bind');
  const source = ground.directory('shared');
  const calls = withVolume(ground.box(), wanted ? source : undefined);
  const [child] = yield* look.doAndStay(lab, calls, 'echo from the container > /data/answer; echo written');
  const answer = yield* lab.observe('after', hostFile(join(source, 'answer')), 'move_mount');
  yield* lab.check('what the container writes is read outside', 'from the container', answer);

  writeFileSync(join(source, 'letter'), 'from the host\n');
  const letter = yield* lab.observe('after', look.fileInside(child, '/data/letter'), 'move_mount');
  yield* lab.check('what the host writes is read inside', 'from the host', letter);

  const outside = yield* lab.observe('during', seen('host', source, fileId(source)));
  const inside = yield* lab.observe('during', seen('container', '/data', fileId(`/proc/${child.pid}/root/data`)));
  yield* lab.check('both are the same directory', outside ?? '', inside);
  yield* lab.kill(child);
}
// #endregion

export async function* rootField(lab: Lab, ground: Ground): Telling {
  yield* lab.step('root-field');
  const source = ground.directory('shared');
  const child = yield* look.stay(lab, withVolume(ground.box(), source));
  yield* lab.observe('during', seen('host', `the mount that ${source} lies in`, inWords(look.mountOf(source))));
  yield* lab.observe('during', look.mountLines(child, '/data'), 'move_mount');
  const volume = look.mountAt(child, '/data');
  const { device, root } = look.placeOnDisk(source);
  yield* lab.check('it is the host’s filesystem', device, volume?.device ?? null);
  yield* lab.check('its root field is the directory’s path in that filesystem', root, volume?.root ?? null);
  yield* lab.kill(child);
}

export async function* hidesWhatIsBelow(lab: Lab, ground: Ground): Telling {
  yield* lab.step('hidden');
  const [box, source] = [ground.box(), ground.directory('shared')];
  writeFileSync(join(source, 'from-the-volume'), '');
  const below = join(box.written, 'data');
  mkdirSync(below);
  writeFileSync(join(below, 'from-the-image'), 'untouched\n');
  yield* lab.observe('during', look.listOnHost(below));
  const child = yield* look.stay(lab, withVolume(box, source));
  const covered = yield* lab.observe('during', look.listInside(child, '/data'), 'move_mount');
  yield* lab.check('while the volume is there, only the volume is', 'from-the-volume', covered);
  yield* uncover(lab, child);
  yield* lab.observe('after', look.listInside(child, '/data'), 'umount2');
  const text = look.textOf(`/proc/${child.pid}/root/data/from-the-image`);
  yield* lab.check('what was below comes back, untouched', 'untouched', text);
  yield* lab.check('the volume has kept what is in it', 'from-the-volume', look.namesIn(source));
  yield* lab.kill(child);
}

/** Takes the volume off again, in the container's mount namespace. */
async function* uncover(lab: Lab, child: Child): Telling {
  const helper = yield* lab.enter(child, k.CLONE_NEWNS, [umount2('/data', 0), exitGroup(0)]);
  await helper.exited;
}

function inWords({ device, root, mountPoint, fstype }: Mount): string {
  return `device ${device} (${fstype}), root ${root}, mounted at ${mountPoint}`;
}
