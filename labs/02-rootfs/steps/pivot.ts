import { chdir, exitGroup, mount, pivotRoot } from '../../../src/kernel/calls/index.js';
import * as k from '../../../src/kernel/constants.js';
import type { Child } from '../../../src/kernel/process.js';
import { mayFail, type Syscall } from '../../../src/kernel/syscall.js';
import { madeBy } from '../../../src/lab/cause.js';
import type { Lab } from '../../../src/lab/lab.js';
import { errnoOf, hostFile, observed } from '../../../src/lab/observation.js';
import { stayAfter } from '../../../src/lab/script.js';
import { fileId } from '../../../src/procfs/file-id.js';
import { type Mount, mountAround, readMountinfo } from '../../../src/procfs/mountinfo.js';
import { privateMounts } from '../../01-pid-namespace/calls/proc.js';
import { bindSelf, containerRoot, detachOldRoot, ROOT_NAMESPACES, swapRoots } from '../calls/root.js';
import { breakout } from './chroot.js';
import { LIST_ROOT, rootId, rootOf } from './setup.js';

export async function pivotFails(lab: Lab): Promise<void> {
  await lab.step('pivot-einval');
  const plain = await tryPivot(lab, [...privateMounts(), chdir(lab.rootfs.path)]);
  await lab.check('into a directory that is not a mount point', refusalOfPlain(lab), plain);
  const shared = mount(null, lab.rootfs.path, null, k.MS_SHARED, null);
  const below = await tryPivot(lab, [
    ...privateMounts(),
    ...bindSelf(lab.rootfs.path),
    shared,
    ...bindSelf(lab.rootfs.path),
  ]);
  await lab.check('into a mount point whose parent is shared', 'EINVAL', below);
}

/**
 * The kernel says EBUSY where the directory lies on the mount that is the root, and else EINVAL. In a user namespace it first
 * notices that the mount is locked (EINVAL): it came from a more privileged namespace.
 */
function refusalOfPlain({ privileged, rootfs }: Lab): string {
  const onRootMount = mountAround(readMountinfo(), rootfs.path).mountPoint === '/';
  return privileged && onRootMount ? 'EBUSY' : 'EINVAL';
}

/** The errno of pivot_root after these calls. */
async function tryPivot(lab: Lab, calls: readonly Syscall[]): Promise<string | null> {
  const list = [...calls, mayFail(pivotRoot('.', '.')), exitGroup(0)];
  const child = await lab.start({ namespaces: k.CLONE_NEWNS, calls: list });
  await child.exited;
  return errnoOf(child, 'pivot_root');
}

export async function pivotStep(lab: Lab): Promise<void> {
  await lab.step('pivot');
  const child = await pivoted(lab, [chdir('..')]);
  await lab.check('its root is our directory', fileId(lab.rootfs.path), rootId(child));
  await lab.check('but .. leads to the old root', fileId('/'), fileId(`/proc/${child.pid}/cwd/`));
  const { length } = readMountinfo(child.pid);
  await lab.observe('during', observed('host', `number of lines in /proc/${child.pid}/mountinfo`, length));
  const told = { expected: 'all of the host’s', actual: `${length} mounts` };
  await lab.checkThat('and its mount table holds the host’s mounts', length > readMountinfo().length, told);
}

export async function detachStep(lab: Lab): Promise<void> {
  await lab.step('umount-old-root');
  const child = await pivoted(lab, lab.unlessSkipped('umount-old-root', detachOldRoot()));
  await lab.observe('after', hostFile(`/proc/${child.pid}/mountinfo`), madeBy(child, 'umount2'));
  await lab.check('one mount is left: the root', 1, readMountinfo(child.pid).length);
}

export async function breakOutAgain(lab: Lab): Promise<void> {
  await lab.step('breakout-again');
  const out = breakout();
  const child = await pivoted(lab, [...lab.unlessSkipped('umount-old-root', detachOldRoot()), ...out]);
  await lab.hear(child, LIST_ROOT);
  const kept = madeBy(child, 'pivot_root', 'umount2');
  await lab.observe('during', rootOf(child), lab.skips('umount-old-root') ? out : kept);
  await lab.check('its root is still our directory', fileId(lab.rootfs.path), rootId(child));
}

export async function tableStep(lab: Lab): Promise<void> {
  await lab.step('table');
  const calls = containerRoot(lab.rootfs.path, lab.privileged, lab.unlessSkipped.bind(lab));
  const child = await stayAfter(lab, { namespaces: ROOT_NAMESPACES, calls }, LIST_ROOT);
  await lab.hear(child, LIST_ROOT);
  await lab.observe('during', hostFile(`/proc/${child.pid}/mountinfo`));
  await lab.check('mounts of the host that are in it', 'none', sharedMounts(child).join(', ') || 'none');
}

/** Mounts of a process that show the same part of the same filesystem as one of the host's. */
function sharedMounts(child: Child): string[] {
  const part = ({ device, root }: Mount) => `${device} ${root}`;
  const host = new Set(readMountinfo().map(part));
  return readMountinfo(child.pid)
    .filter((mount) => host.has(part(mount)))
    .map(({ mountPoint }) => mountPoint);
}

/** A container whose root is the lab's root filesystem, after these calls more. */
async function pivoted(lab: Lab, calls: readonly Syscall[]): Promise<Child> {
  const root = lab.rootfs.path;
  const list = [...privateMounts(), ...bindSelf(root), ...swapRoots(), ...calls];
  return await stayAfter(lab, { namespaces: k.CLONE_NEWNS | k.CLONE_NEWPID, calls: list }, LIST_ROOT);
}
