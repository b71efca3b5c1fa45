import { statSync } from 'node:fs';
import { join } from 'node:path';
import { observed } from '../../../src/lab/observation.js';
import { runScript } from '../../../src/lab/script.js';
import { listTree } from '../../../src/overlay/tree.js';
import type { Overlay } from '../calls/options.js';
import { container, DATA_SIZE, enter, type Setup } from './setup.js';

// #region union
export async function unionStep({ lab, image, newOverlay }: Setup): Promise<void> {
  const wanted = await lab.step('union');
  const whole = newOverlay('union');
  const overlay = wanted ? whole : { ...whole, lower: image.slice(-1) };
  // #endregion
  for (const layer of image.slice(0, 2)) await lab.observe('before', observed('host', layer, listTree(layer)));
  const { output } = await runScript(lab, container(enter(overlay)), 'ls -d /bin /demo/*; cat /demo/colour');
  const lines = output.split('\n');
  const isName = (line: string) => line.startsWith('/');
  const union = '/bin /demo/colour /demo/data /demo/logs /demo/news /demo/old';
  await lab.check('one directory has what all three layers have', union, lines.filter(isName).join(' '));
  const colour = lines.find((line) => !isName(line)) ?? null;
  await lab.check('of two files with one name, the upper one is seen', 'blue', colour);
}

// #region copy-up
export async function copyUp({ lab, application, newOverlay }: Setup): Promise<void> {
  const wanted = await lab.step('copy-up');
  const whole = newOverlay('copy-up');
  const overlay: Overlay = wanted ? whole : { ...whole, upper: undefined, work: undefined };
  // #endregion
  const [below, above] = [join(application, 'demo/data'), join(whole.upper, 'demo/data')];
  const untouched = describeFile(below);
  await lab.observe('before', observed('host', below, untouched));
  await lab.observe('before', observed('host', whole.upper, listTree(whole.upper)));
  const script = 'ls -i /demo/data; echo >> /demo/data; ls -i /demo/data';
  const { output } = await runScript(lab, container(enter(overlay)), script);
  await lab.observe('after', observed('host', whole.upper, listTree(whole.upper)));
  await lab.observe('after', observed('host', below, describeFile(below)));
  await lab.observe('after', observed('host', above, describeFile(above)));
  const [first, second] = output.split('\n').map((line) => line.trim()); // ls pads small numbers
  await lab.observe('before', observed('container', 'ls -i /demo/data', first ?? null));
  await lab.observe('after', observed('container', 'ls -i /demo/data', second ?? null));
  await lab.check('to add one byte, the whole file was copied up', DATA_SIZE + 1, sizeOf(above));
  await lab.check('the file below is what it was', untouched, describeFile(below));
  await lab.checkThat('the copy is another file', ...differ(below, above));
}

/** Inode, size and time of the last change. `none` where there is no file. */
function describeFile(path: string): string {
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats ? `inode ${stats.ino}, ${stats.size} bytes, changed ${stats.mtime.toISOString()}` : 'none';
}

function sizeOf(path: string): number | string {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 'there is no copy';
}

function differ(below: string, above: string): [boolean, { expected: string; actual: string }] {
  const [lower, upper] = [below, above].map((path) => statSync(path, { throwIfNoEntry: false })?.ino);
  const actual = upper === undefined ? 'there is no copy' : `inode ${upper}`;
  return [upper !== undefined && upper !== lower, { expected: `another inode than ${lower}`, actual }];
}
