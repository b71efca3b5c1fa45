import { chdir, chroot } from '../../../src/kernel/calls/index.js';
import type { Child } from '../../../src/kernel/process.js';
import type { Syscall } from '../../../src/kernel/syscall.js';
import type { Lab } from '../../../src/lab/lab.js';
import { type Observation, observed } from '../../../src/lab/observation.js';
import { shell } from '../../../src/lab/shell.js';
import { fileId } from '../../../src/procfs/file-id.js';

// #region breakout
/**
 * The classic way out of a chroot, for root: chroot(2) leaves the working directory alone, so after a second chroot it lies
 * outside the root, and `..` is held back at the root only (chroot(2), NOTES).
 */
export function breakout(): Syscall[] {
  return [chroot('tmp'), chdir('../'.repeat(16)), chroot('.')];
}
// #endregion

/** Shows what is at / and waits to be killed. */
export const LOOK_AROUND = 'echo /*; exec sleep 60';

export async function changeRoot(lab: Lab): Promise<void> {
  await lab.step('chroot');
  const child = await lookAround(lab, [chroot(lab.rootfs.path), chdir('/')]);
  await lab.check('its root is our directory', fileId(lab.rootfs.path), rootId(child));
  await lab.kill(child);
}

export async function breakOut(lab: Lab): Promise<void> {
  await lab.step('breakout');
  const child = await lookAround(lab, [chroot(lab.rootfs.path), chdir('/'), ...breakout()]);
  await lab.check('its root is the host’s root', fileId('/'), rootId(child));
  await lab.kill(child);
}

/** A shell that lists its root after these calls; told with device and inode of that root, as the host sees them. */
async function lookAround(lab: Lab, calls: readonly Syscall[]): Promise<Child> {
  await lab.observe('before', observed('host', 'device and inode of /', fileId('/')));
  const child = await lab.start({ calls: [...calls, shell(LOOK_AROUND)], stdio: ['null', 'pipe', 'pipe'] });
  await lab.hear(child, 'echo /*');
  await lab.observe('during', rootOf(child), 'chroot');
  return child;
}

/** What is at / for a process, as device and inode. */
export function rootOf(child: Child): Observation {
  return observed('host', `/proc/${child.pid}/root`, rootId(child));
}

export function rootId(child: Child): string {
  return fileId(`/proc/${child.pid}/root/`);
}
