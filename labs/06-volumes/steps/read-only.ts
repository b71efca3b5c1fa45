import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { mount } from '../../../src/kernel/calls/index.js';
import * as k from '../../../src/kernel/constants.js';
import type { Child } from '../../../src/kernel/process.js';
import type { Syscall } from '../../../src/kernel/syscall.js';
import { madeBy } from '../../../src/lab/cause.js';
import type { Lab } from '../../../src/lab/lab.js';
import { stayAfter } from '../../../src/lab/script.js';
import { mountAround, readMountinfo } from '../../../src/procfs/mountinfo.js';
import { privateMounts } from '../../01-pid-namespace/calls/proc.js';
import { attachVolume, openVolume } from '../calls/mounts.js';
import { PLAIN } from './bind.js';
import * as look from './look.js';
import { container, enterRoot, type Root, type Setup } from './setup.js';

// #region read-only
/** The classic way, before the pivot. The kernel takes MS_RDONLY here without a word, and ignores it (mount(2), "Creating a bind mount"). */
function bindReadOnly(source: string): Syscall[] {
  return [mount(source, 'data', null, k.MS_BIND | k.MS_REC | k.MS_RDONLY, null)];
}
// #endregion

// #region remount
/**
 * The second call sets the flags of the mount, all of them: one that is not named is taken away. Those that the host has set
 * have to be named again; in a user namespace they are locked, and to drop one is EPERM (mount_namespaces(7)).
 */
function remountReadOnly(source: string): Syscall[] {
  const kept = mountAround(readMountinfo(), source).options.reduce((flags, option) => flags | (LOCKED[option] ?? 0), 0);
  return [mount(null, 'data', null, k.MS_REMOUNT | k.MS_BIND | k.MS_RDONLY | kept, null)];
}

const LOCKED: Readonly<Record<string, number>> = { nosuid: k.MS_NOSUID, nodev: k.MS_NODEV, noexec: k.MS_NOEXEC };
// #endregion

export async function flagIsIgnored(setup: Setup): Promise<void> {
  const { lab } = setup;
  await lab.step('read-only');
  const { root, source } = place(setup);
  const bind = bindReadOnly(source);
  const { child, volume } = await tryToWrite(lab, [...root.enter, ...bind, ...root.leave]);
  await lab.observe('after', look.mountLines(child, '/data'), bind);
  const asked = isAskedFor(child) ? volume : 'MS_RDONLY was not asked for';
  await lab.check('the container writes to a volume that was meant to be read-only', 'written', asked);
}

function isAskedFor(child: Child): boolean {
  return child.trace().some(({ text }) => /^mount\(.*"data".*MS_RDONLY/.test(text));
}

export async function secondCall(setup: Setup): Promise<void> {
  const { lab } = setup;
  await lab.step('remount');
  const { root, source } = place(setup);
  const remount = lab.unlessSkipped('remount', remountReadOnly(source));
  const bind = [...root.enter, ...bindReadOnly(source), ...remount, ...root.leave];
  const { child, volume, below } = await tryToWrite(lab, [...privateMounts(), ...mountBelow(source), ...bind]);
  await lab.observe('after', look.mountLines(child, '/data'), remount);
  await lab.check('with a second call it is read-only', 'Read-only file system', volume);
  await lab.check('but what is mounted below it is not', 'written', below);
  writeFileSync(join(source, 'letter'), 'from the host\n');
  const letter = await lab.observe('after', look.fileInside(child, '/data/letter'));
  await lab.check('and the host writes to it as before', 'from the host', letter);
}

export async function wholeTree(setup: Setup): Promise<void> {
  const { lab } = setup;
  const wanted = await lab.step('setattr');
  const { root, source } = place(setup);
  const tree = openVolume(source);
  const attach = attachVolume(tree, '/data', { ...PLAIN, readOnly: wanted });
  const calls = [...privateMounts(), ...mountBelow(source), tree, ...enterRoot(root), ...attach];
  const { child, volume, below } = await tryToWrite(lab, calls);
  await lab.observe('after', look.mountLines(child, '/data'), madeBy(child, wanted ? 'mount_setattr' : 'move_mount'));
  await lab.check('one call makes it read-only', 'Read-only file system', volume);
  await lab.check('and all that is mounted below it', 'Read-only file system', below);
}

/** A container, and a directory of the host with another in it that can be a mount point. */
function place({ directory, newRoot }: Setup): { root: Root; source: string } {
  const [root, source] = [newRoot(), directory('shared')];
  mkdirSync(join(source, 'sub'));
  mkdirSync(join(root.written, 'data'));
  return { root, source };
}

/** Something else is mounted inside the directory: a disk, or, here, a tmpfs. */
function mountBelow(source: string): Syscall[] {
  return [mount('below', join(source, 'sub'), 'tmpfs', 0, null)];
}

const WRITE = `for place in /data /data/sub; do
  said=$(touch $place/file 2>&1) && said=written
  echo "$place: \${said##*: }"
done`;

/** A container that writes to /data and to /data/sub, and what it is told: `written`, or the error's text. */
async function tryToWrite(
  lab: Lab,
  calls: readonly Syscall[],
): Promise<{ child: Child; volume: string; below: string }> {
  const child = await stayAfter(lab, container(calls), WRITE);
  const printed = await lab.hear(child, WRITE, 2);
  const [volume = '', below = ''] = printed.split('\n').map((line) => line.replace(/^.*?: /, ''));
  return { child, volume, below };
}
