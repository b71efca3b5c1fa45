import { exitGroup } from '../../src/kernel/calls.js';
import { CLONE_NEWNS, CLONE_NEWUSER } from '../../src/kernel/constants.js';
import { start } from '../../src/kernel/process.js';
import { SyscallError } from '../../src/kernel/syscall-error.js';
import { UserError } from '../../src/kernel/user-error.js';
import { mapToRoot } from '../../src/kernel/user-namespace.js';
import { privateMounts } from '../01-pid-namespace.js';
import { mountOverlay } from './mount.js';
import type { Overlay } from './options.js';

/** Mounts an overlay in a process that ends at once. Throws UserError (3) where the kernel refuses, with what would help. */
export function refuseWithoutOverlay(overlay: Overlay): void {
  const calls = [...privateMounts(), ...mountOverlay(overlay), exitGroup(0)];
  try {
    if (overlay.privileged) start({ namespaces: CLONE_NEWNS, calls });
    else start({ namespaces: CLONE_NEWNS | CLONE_NEWUSER, calls }, mapToRoot);
  } catch (error) {
    if (!(error instanceof SyscallError) || error.record.call.name !== 'mount') throw error;
    const { why, remedy } = explainRefusal(error.errno, overlay.privileged);
    throw new UserError(`no overlay can be mounted at ${overlay.target}: ${error.errno}: ${why}.`, 3, remedy);
  }
}

/** What an errno of mount(2) means for an overlay, and what would help. */
export function explainRefusal(errno: string, privileged: boolean): { why: string; remedy: string } {
  if (errno === 'EPERM') return privileged ? CONFINED : UNPRIVILEGED;
  return REFUSALS[errno] ?? { why: 'the kernel log may say more', remedy: 'sudo dmesg | grep overlayfs' };
}

const REFUSALS: Readonly<Record<string, { why: string; remedy: string }>> = {
  ENODEV: { why: 'this kernel has no overlayfs, or its module is not loaded', remedy: 'sudo modprobe overlay' },
  EINVAL: {
    why: 'the filesystem there cannot carry a writable layer (an overlay, as in a container, NFS or FAT cannot)',
    remedy: 'TSLAB_STATE=/dev/shm/tslab tslab 04-overlay',
  },
};

const CONFINED = {
  why: 'root without CAP_SYS_ADMIN, as in a container',
  remedy: 'docker run --privileged, where this is a container',
};

const UNPRIVILEGED = {
  why: 'in a user namespace, overlays take Linux 5.11, and AppArmor or SELinux may forbid them',
  remedy: 'sudo tslab 04-overlay',
};
