import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { madeBy, withName } from '../../../src/lab/cause.js';
import type { Lab } from '../../../src/lab/lab.js';
import { hostFile } from '../../../src/lab/observation.js';
import { runScript, shell, stayAfter } from '../../../src/lab/script.js';
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
import { container, type Setup } from './setup.js';

// #region named
export async function namedVolume({ lab, newRoot }: Setup): Promise<void> {
  const wanted = await lab.step('named');
  const volume = untilTheEnd(lab, `lab06-${process.pid}`, ensureVolume);
  const source = wanted ? volume.source : undefined;
  await runScript(lab, container(withVolume(newRoot(), source)), 'echo important > /data/note');
  await lab.observe('during', look.treeOnHost(dirname(volume.source)));
  await lab.observe('during', hostFile(join(dirname(volume.source), 'volume.json')));
  const second = withVolume(newRoot(), source);
  const { output } = await runScript(lab, container(second), 'cat /data/note || echo no such file');
  await lab.check('the next container has what the first one wrote', 'important', output);
}
// #endregion

// #region anonymous
export async function anonymousVolumes(setup: Setup): Promise<void> {
  const { lab, directory, newRoot } = setup;
  await lab.step('anonymous');
  const layer = imageWithData(setup);
  const child = await stayAfter(lab, container(withVolume(newRoot(layer), directory('shared'))));
  const hidden = await lab.observe('before', look.listInside(child, '/data'));
  await lab.check('with an empty directory of the host mounted there, the container sees', 'nothing', hidden);
  await lab.kill(child);

  const [one, other] = [filled(lab, layer), filled(lab, layer)];
  const calls = withVolume(newRoot(layer), one.source);
  const script = 'echo mine > /data/note; echo written';
  const owner = await stayAfter(lab, container(calls), script);
  await lab.hear(owner, script);
  const shown = await lab.observe('after', look.listInside(owner, '/data'), madeBy(owner, 'move_mount'));
  await lab.check('an empty volume is filled with it first', 'note settings', shown);
  await lab.observe('during', look.listOnHost(other.source));
  await lab.check(
    'another container’s volume has the image’s file, and nothing of this one',
    'settings',
    look.namesIn(other.source),
  );
}
// #endregion

export async function commitTakes({ lab, hasOverlay, directory, newRoot }: Setup): Promise<void> {
  if (!hasOverlay) return await lab.cannot('commit', 'there can be no overlay on the state directory: see lab 04');
  await lab.step('commit');
  const [root, source] = [newRoot(), directory('shared')];
  const script = 'echo 1 > /data/in-the-volume; echo 2 > /beside-it';
  const calls = [...withVolume(root, source), shell(script)];
  await lab.run(container(calls), script);
  await lab.observe('after', look.treeOnHost(source));
  await lab.observe('after', look.treeOnHost(root.written), withName(calls, 'mkdirat', 'execve'));
  await lab.check(
    'the layer has the file beside the volume, and a mount point',
    'beside-it data',
    look.namesIn(root.written),
  );
  await lab.check('in the mount point there is', 'nothing', look.namesIn(join(root.written, 'data')));
}

/** An image's layer with something at /data. */
function imageWithData({ directory }: Setup): string {
  const layer = directory('image');
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
