import { chdir, chroot } from '../../../src/kernel/calls/index.js';
import type { Child } from '../../../src/kernel/process.js';
import type { Syscall } from '../../../src/kernel/syscall.js';
import { type Cause, withName } from '../../../src/lab/cause.js';
import type { Lab } from '../../../src/lab/lab.js';
import { observed } from '../../../src/lab/observation.js';
import { chrootInto, stayAfter } from '../../../src/lab/script.js';
import { fileId } from '../../../src/procfs/file-id.js';
import { LIST_ROOT, rootId, rootOf } from './setup.js';

// #region breakout
/**
 * The classic way out of a chroot, for root: chroot(2) leaves the working directory alone, so after a second chroot it lies
 * outside the root, and `..` is held back at the root only (chroot(2), NOTES).
 */
export function breakout(): Syscall[] {
  return [chroot('tmp'), chdir('../'.repeat(16)), chroot('.')];
}
// #endregion

export async function changeRoot(lab: Lab): Promise<void> {
  await lab.step('chroot');
  const calls = chrootInto(lab.rootfs.path);
  const child = await listRoot(lab, calls, withName(calls, 'chroot'));
  await lab.check('its root is our directory', fileId(lab.rootfs.path), rootId(child));
}

export async function breakOut(lab: Lab): Promise<void> {
  await lab.step('breakout');
  const out = breakout();
  const child = await listRoot(lab, [...chrootInto(lab.rootfs.path), ...out], out);
  await lab.check('its root is the host’s root', fileId('/'), rootId(child));
}

/** A shell that lists its root after these calls; told with device and inode of that root, as the host sees them, and why it is that. */
async function listRoot(lab: Lab, calls: readonly Syscall[], cause: Cause): Promise<Child> {
  await lab.observe('before', observed('host', 'device and inode of /', fileId('/')));
  const child = await stayAfter(lab, { calls }, LIST_ROOT);
  await lab.hear(child, LIST_ROOT);
  await lab.observe('during', rootOf(child), cause);
  return child;
}
