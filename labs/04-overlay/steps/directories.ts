import { accessSync, constants, cpSync, lstatSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Lab } from '../../../src/lab/lab.js';
import { chrootInto, runScript } from '../../../src/lab/script.js';
import { diskUsage } from '../../../src/state/tree.js';
import type { Setup } from './setup.js';

const LEAVE_NOTE = 'echo "A was here" > /note';
const LOOK_FOR_NOTE = 'if [ -e /note ]; then cat /note; else echo "no note"; fi';

export async function oneDirectory({ lab, directory }: Setup): Promise<void> {
  await lab.step('one-directory');
  const root = join(directory, 'copy-a');
  copyTree(lab.rootfs.path, root);
  await runInDirectory(lab, root, LEAVE_NOTE);
  const found = await runInDirectory(lab, root, LOOK_FOR_NOTE);
  await lab.check('container B reads what container A wrote', 'A was here', found);
}

export async function copyEach({ lab, directory }: Setup): Promise<void> {
  await lab.step('copies');
  const [a, b] = [join(directory, 'copy-a'), join(directory, 'copy-b')];
  const started = performance.now();
  copyTree(lab.rootfs.path, b);
  await lab.measure('time for one more copy', (performance.now() - started) / 1000, 's');
  const found = await runInDirectory(lab, b, LOOK_FOR_NOTE);
  await lab.check('container B, in a copy of its own, reads nothing', 'no note', found);
  const [first, second] = [diskUsage(a), diskUsage(b)];
  await lab.measure('disk space of the copy', second, 'bytes');
  const told = { expected: `about ${first} bytes, as the first`, actual: `${second} bytes` };
  await lab.checkThat('each container costs the whole image again', Math.abs(first - second) < first / 10, told);
  for (const copy of [a, b]) rmSync(copy, { recursive: true });
}

/** What a script prints in a container that has this directory as its root. */
async function runInDirectory(lab: Lab, root: string, script: string): Promise<string> {
  const { output } = await runScript(lab, { calls: chrootInto(root) }, script);
  return output;
}

/** Devices, sockets, and what this user may not read are left out. */
function copyTree(from: string, to: string): void {
  cpSync(from, to, { recursive: true, verbatimSymlinks: true, filter: isCopyable });
}

function isCopyable(path: string): boolean {
  const stats = lstatSync(path);
  if (stats.isSymbolicLink()) return true;
  return (stats.isFile() || stats.isDirectory()) && isReadable(path);
}

function isReadable(path: string): boolean {
  try {
    accessSync(path, constants.R_OK);
    return true;
  } catch {
    return false;
  }
}
