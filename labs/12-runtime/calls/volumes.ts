import { statSync } from 'node:fs';
import type { MountConfig, Propagation } from '../../../src/container/record.js';
import { RESOLVE_NO_SYMLINKS } from '../../../src/kernel/calls/mount-api.js';
import * as k from '../../../src/kernel/constants.js';
import { nodePath } from '../../../src/kernel/files/file-names.js';
import type { Syscall } from '../../../src/kernel/syscall.js';
import { byKernelPlace } from '../../../src/oci/kernel-places.js';
import { attachVolume, mountTmpfs, openVolume } from '../../06-volumes/calls/mounts.js';

/**
 * The mounts of a container, in their order: sources are opened while paths mean the host's, and attached when they mean the
 * container's. Another /proc or /sys (`-v /sys:/sys`) comes before the masks, which it would cover otherwise; all others after them.
 */
export function prepareMounts(mounts: readonly MountConfig[]): Record<'opened' | 'kernel' | 'attached', Syscall[]> {
  const [kernel, others] = byKernelPlace(mounts).map((some) => some.map(prepare)) as [Prepared[], Prepared[]];
  const attached = (parts: readonly Prepared[]) => parts.flatMap((part) => part.attached);
  const opened = [...kernel, ...others].flatMap((part) => part.opened);
  return { opened, kernel: attached(kernel), attached: attached(others) };
}

interface Prepared {
  readonly opened: readonly Syscall[];
  readonly attached: readonly Syscall[];
}

/** Targets have been resolved (places.ts): where there is a link all the same, somebody has just put it there. */
const NO_LINKS = RESOLVE_NO_SYMLINKS;

function prepare(mount: MountConfig): Prepared {
  if (mount.type === 'tmpfs') return { opened: [], attached: mountTmpfs(mount.target, mount.options, NO_LINKS) };
  const tree = openVolume(mount.source);
  const propagation = PROPAGATION[mount.type === 'bind' ? mount.propagation : 'rprivate'];
  const isDirectory = statSync(nodePath(mount.source), { throwIfNoEntry: false })?.isDirectory() ?? true;
  const options = { readOnly: mount.readOnly, propagation, isDirectory, resolve: NO_LINKS };
  return { opened: [tree], attached: attachVolume(tree, mount.target, options) };
}

/** mount_setattr(2) is recursive here, as Docker's default (rprivate) is. */
const PROPAGATION: Readonly<Record<Propagation, number>> = {
  private: k.MS_PRIVATE,
  rprivate: k.MS_PRIVATE,
  slave: k.MS_SLAVE,
  rslave: k.MS_SLAVE,
  shared: k.MS_SHARED,
  rshared: k.MS_SHARED,
};
