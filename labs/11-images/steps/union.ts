import { cpSync, lstatSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { exitGroup } from '../../../src/kernel/calls/index.js';
import { startAsRoot } from '../../../src/kernel/credentials/as-root.js';
import type { Child } from '../../../src/kernel/process.js';
import { madeBy, naming } from '../../../src/lab/cause.js';
import { hostLines } from '../../../src/lab/observation.js';
import { stayAfter } from '../../../src/lab/script.js';
import { findMount, readMountinfo } from '../../../src/procfs/mountinfo.js';
import { parseLayers } from '../../04-overlay/calls/options.js';
import { archiveOf, membersOf } from './archive.js';
import { container, type Layer, type Setup } from './setup.js';

// #region union
export async function unionStep(setup: Setup): Promise<void> {
  const { lab, base, app, unpack } = setup;
  const wanted = await lab.step('union');
  const other = await unpack(archiveOf(membersOf({ 'other/': 0o755, 'other/app': 'another image\n' })), 'other');
  const images = [
    [app, base],
    [other, app, base],
  ];
  const lower = images.map((layers, i) => (wanted ? layers : [copied(setup, `copy-${i}`, layers)]));
  const first = await started(setup, 'union-1', lower[0] ?? []);
  const second = await started(setup, 'union-2', lower[1] ?? []);
  const path = `/proc/${second.pid}/mountinfo`;
  await lab.observe('during', hostLines(path, / - overlay /), naming(madeBy(second, 'mount'), 'overlay'));
  const { lower: seen } = parseLayers(findMount(readMountinfo(second.pid), '/')?.superOptions ?? []);
  const directories = [other, app, base].map(({ directory }) => directory);
  await lab.check('lowerdir of a container: the layers of its image', directories.join('\n'), seen.join('\n'));
  await lab.check('a file that two images share is one for both', inode(first), inode(second));
  for (const count of [1, 50]) await lab.measure(`start, layers: ${count}`, await startTime(setup, count), 'ms');
}

async function started({ lab, overlay }: Setup, name: string, layers: readonly Layer[]): Promise<Child> {
  return await stayAfter(lab, container(lab, overlay(name, ...layers)));
}
// #endregion

/** All files of an image in one directory. */
function copied({ base, directory }: Setup, name: string, layers: readonly Layer[]): Layer {
  const path = directory(name);
  for (const layer of layers.toReversed()) cpSync(layer.directory, path, { recursive: true, verbatimSymlinks: true });
  return { ...base, directory: path };
}

/** Of a file that only the application's layer has. */
function inode(pid: Child): string {
  return `inode ${lstatSync(`/proc/${pid.pid}/root/app/hello`).ino}`;
}

const TIMES = 9;

/** Milliseconds until a container has begun and ended whose root has so many layers: the median of some. */
async function startTime({ lab, base, overlay, directory }: Setup, count: number): Promise<number> {
  const parent = directory(`${count}-layers`);
  const layers = Array.from({ length: count - 1 }, (_, i) => {
    const path = join(parent, `${i}`);
    mkdirSync(path, { mode: 0o755 });
    return { ...base, directory: path };
  });
  const { calls, ...spec } = container(lab, overlay(`${count}-times`, ...layers, base));
  const times: number[] = [];
  for (let i = 0; i < TIMES; i++) {
    const begun = performance.now();
    await startAsRoot({ ...spec, calls: [...calls, exitGroup(0)] }).exited;
    times.push(performance.now() - begun);
  }
  return times.sort((a, b) => a - b)[(TIMES - 1) / 2] ?? 0;
}
