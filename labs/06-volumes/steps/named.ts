import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Lab } from '../../../src/lab/lab.js';
import { hostFile } from '../../../src/lab/observation.js';
import { stateDirectory } from '../../../src/state/directories.js';
import { forget, remember } from '../../../src/state/ledger/ledger.js';
import { copyUp } from '../../../src/volume/copy-up.js';
import {
  anonymousName,
  createAnonymous,
  ensureVolume,
  removeVolume,
  type Volume,
} from '../../../src/volume/volumes.js';
import { withVolume } from './bind.js';
import * as look from './look.js';
import type { Ground } from './setup.js';

// #region named
export async function namedVolume(lab: Lab, ground: Ground): Promise<void> {
  const wanted = await lab.step('named');
  const volume = untilTheEnd(lab, `lab06-${process.pid}`, ensureVolume);
  const source = wanted ? volume.source : undefined;
  await look.runInside(lab, withVolume(ground.box(), source), 'echo important > /data/note');
  await lab.observe('during', look.treeOnHost(dirname(volume.source)));
  await lab.observe('during', hostFile(join(dirname(volume.source), 'volume.json')));
  const second = withVolume(ground.box(), source);
  const { output } = await look.runInside(lab, second, 'cat /data/note || echo no such file');
  await lab.check('the next container has what the first one wrote', 'important', output.trim());
}
// #endregion

// #region anonymous
export async function anonymousVolumes(lab: Lab, ground: Ground): Promise<void> {
  await lab.step('anonymous');
  const layer = imageWithData(ground);
  const child = await look.stay(lab, withVolume(ground.box(layer), ground.directory('shared')));
  const hidden = await lab.observe('before', look.listInside(child, '/data'));
  await lab.check('an empty directory of the host hides what the image has there', 'nothing', hidden);
  await lab.kill(child);

  const [one, other] = [filled(lab, layer), filled(lab, layer)];
  const calls = withVolume(ground.box(layer), one.source);
  const [owner] = await look.doAndStay(lab, calls, 'echo mine > /data/note; echo written');
  const shown = await lab.observe('after', look.listInside(owner, '/data'), 'move_mount');
  await lab.check('an empty volume is filled with it first', 'note settings', shown);
  await lab.kill(owner);
  await lab.observe('during', look.listOnHost(other.source));
  await lab.check(
    'another container’s volume has the image’s file, and nothing of this one',
    'settings',
    look.namesIn(other.source),
  );
}
// #endregion

export async function commitTakes(lab: Lab, ground: Ground): Promise<void> {
  if (!ground.hasOverlay)
    return await lab.cannot('commit', 'there can be no overlay on the state directory: see lab 04');
  await lab.step('commit');
  const [box, source] = [ground.box(), ground.directory('shared')];
  await look.runInside(lab, withVolume(box, source), 'echo 1 > /data/in-the-volume; echo 2 > /beside-it');
  await lab.observe('after', look.treeOnHost(source));
  await lab.observe('after', look.treeOnHost(box.written), 'mkdirat');
  await lab.check(
    'the layer has the file beside the volume, and a mount point',
    'beside-it data',
    look.namesIn(box.written),
  );
  await lab.check('which is empty', 'nothing', look.namesIn(join(box.written, 'data')));
}

/** An image's layer with something at /data. */
function imageWithData(ground: Ground): string {
  const layer = ground.directory('image');
  mkdirSync(join(layer, 'data'));
  writeFileSync(join(layer, 'data/settings'), 'as the image has them\n');
  return layer;
}

// #region fill
/** What `docker run -v /data` makes: a volume with a name that nobody chose and with what the image has at /data. */
function filled(lab: Lab, layer: string): Volume {
  const volume = untilTheEnd(lab, anonymousName(), createAnonymous);
  copyUp([layer, lab.rootfs.path], '/data', volume.source);
  return volume;
}
// #endregion

/** A volume of the lab's own, which goes with the lab, also where that is killed: the ledger knows it before it exists. */
function untilTheEnd(lab: Lab, name: string, make: (name: string) => Volume): Volume {
  const directory = join(stateDirectory('volumes'), name);
  remember('directory', directory);
  lab.atEnd(() => {
    removeVolume(name, () => []);
    forget('directory', directory);
  });
  return make(name);
}
