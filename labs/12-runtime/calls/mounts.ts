import { statSync } from 'node:fs';
import { mount } from '../../../src/kernel/calls/index.js';
import { MOUNT_ATTR_RDONLY, mountSetattr, RESOLVE_NO_SYMLINKS } from '../../../src/kernel/calls/mount-api.js';
import * as k from '../../../src/kernel/constants.js';
import { UserError } from '../../../src/kernel/errors/user-error.js';
import { nodePath } from '../../../src/kernel/files/file-names.js';
import type { Syscall } from '../../../src/kernel/syscall.js';
import { DEFAULT_SPEC } from '../../../src/oci/defaults.js';
import { KERNEL_PLACES } from '../../../src/oci/kernel-paths.js';
import type { Mount } from '../../../src/oci/spec.js';
import { attachVolume, mountTmpfs, openVolume } from '../../06-volumes/calls/mounts.js';

/** Where sysfs cannot be mounted: the host's, with all that is mounted on it, read-only. */
export const HOSTS_SYS: Mount = {
  destination: '/sys',
  type: 'none',
  source: '/sys',
  options: ['rbind', 'nosuid', 'noexec', 'nodev', 'ro'],
};

export function bindHostSys(): Syscall[] {
  const readOnly = { set: MOUNT_ATTR_RDONLY, propagation: 0 };
  return [
    mount('/sys', 'sys', null, k.MS_BIND | k.MS_REC, null),
    mountSetattr(k.AT_FDCWD, 'sys', k.AT_RECURSIVE, readOnly),
  ];
}

const USUAL = [...DEFAULT_SPEC.mounts, HOSTS_SYS];

/** Whether a mount is one that labs 01 to 03 make: with the type and the options of the default container, and no others. */
export function isUsual({ destination, type, options }: Mount): boolean {
  const usual = USUAL.filter((one) => one.destination === destination && one.type === type);
  return usual.some((one) => String(one.options) === String(options));
}

/** Where there is to be a usual mount: another /proc or /sys is bound on that. */
export function usualPlaces(mounts: readonly Mount[]): ReadonlySet<string> {
  const usual = mounts.filter((mount) => isUsual(mount) || isKernels(mount));
  return new Set(usual.map(({ destination }) => destination));
}

/**
 * What is bound, and tmpfs, in their order: sources are opened while paths mean the host's, and attached when they mean the
 * container's. Another /proc or /sys (`-v /sys:/sys`) comes before the masks, which it would cover otherwise; all others after them.
 * Throws UserError (2) for another kind of mount.
 */
export function prepareMounts(mounts: readonly Mount[]): Record<'opened' | 'kernel' | 'attached', Syscall[]> {
  const prepared = mounts.map((mount) => ({ mount, ...prepare(mount) }));
  const attached = (some: typeof prepared) => some.flatMap((one) => one.attached);
  return {
    opened: prepared.flatMap(({ opened }) => opened),
    kernel: attached(prepared.filter(({ mount }) => isKernels(mount))),
    attached: attached(prepared.filter(({ mount }) => !isKernels(mount))),
  };
}

function isKernels({ destination }: Mount): boolean {
  return KERNEL_PLACES.includes(destination);
}

interface Prepared {
  readonly opened: readonly Syscall[];
  readonly attached: readonly Syscall[];
}

/** Targets have been resolved (places.ts): where there is a link all the same, somebody has just put it there. */
const NO_LINKS = RESOLVE_NO_SYMLINKS;

function prepare(mount: Mount): Prepared {
  const { destination, type, source } = mount;
  if (type === 'tmpfs') return { opened: [], attached: mountTmpfs(destination, dataOf(mount), NO_LINKS) };
  if (type !== 'bind' || source === undefined) throw notTaught(mount);
  const tree = openVolume(source);
  const isDirectory = statSync(nodePath(source), { throwIfNoEntry: false })?.isDirectory() ?? true;
  const options = { ...bindOptionsOf(mount), isDirectory, resolve: NO_LINKS };
  return { opened: [tree], attached: attachVolume(tree, destination, options) };
}

/** What every tmpfs of a container has (lab 06); the others are the filesystem's own, each with a value. */
const TMPFS = ['nosuid', 'nodev', 'noexec'];

function dataOf(mount: Mount): string {
  const { options = [] } = mount;
  const data = options.slice(TMPFS.length);
  if (String([...TMPFS, ...data]) !== String(options) || !data.every((one) => one.includes('=')))
    throw notTaught(mount);
  return data.join(',');
}

/** `rbind`, the propagation, and for a read-only one `ro` and `rro`: lab 06 changes all that is mounted below as well. */
function bindOptionsOf(mount: Mount) {
  const [, word = '', ...more] = mount.options ?? [];
  const propagation = PROPAGATION[word];
  const readOnly = more.length > 0;
  const known = ['rbind', word, ...(readOnly ? ['ro', 'rro'] : [])];
  if (propagation === undefined || String(known) !== String(mount.options)) throw notTaught(mount);
  return { readOnly, propagation };
}

/** mount_setattr(2) is recursive here, as Docker's default (rprivate) is. */
const PROPAGATION: Partial<Record<string, number>> = {
  private: k.MS_PRIVATE,
  rprivate: k.MS_PRIVATE,
  slave: k.MS_SLAVE,
  rslave: k.MS_SLAVE,
  shared: k.MS_SHARED,
  rshared: k.MS_SHARED,
};

function notTaught({ destination, type, options = [] }: Mount): UserError {
  const message = `no lab has a mount such as that at ${destination}: type ${type}, options ${options.join(',') || 'none'}`;
  return new UserError(message, 2, 'tslab mounts what its default container has (tslab spec), rbind and tmpfs.');
}
