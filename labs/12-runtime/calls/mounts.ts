import { statSync } from 'node:fs';
import { mount } from '../../../src/kernel/calls/index.js';
import {
  MOUNT_ATTR_IDMAP,
  MOUNT_ATTR_NODEV,
  MOUNT_ATTR_NOEXEC,
  MOUNT_ATTR_NOSUID,
  MOUNT_ATTR_RDONLY,
  mountSetattr,
  RESOLVE_NO_SYMLINKS,
} from '../../../src/kernel/calls/mount-api.js';
import * as k from '../../../src/kernel/constants.js';
import { UserError } from '../../../src/kernel/errors/user-error.js';
import { nodePath } from '../../../src/kernel/files/file-names.js';
import type { Syscall } from '../../../src/kernel/syscall.js';
import { DEFAULT_SPEC } from '../../../src/oci/defaults.js';
import { KERNEL_PLACES } from '../../../src/oci/kernel-paths.js';
import type { Mount } from '../../../src/oci/spec.js';
import {
  attachVolume,
  fromAnother,
  mountTmpfs,
  newFilesystem,
  openVolume,
  type Tree,
} from '../../06-volumes/calls/mounts.js';
import type { UserNamespace } from '../../09-users/calls/idmapped-layers.js';

/** Where sysfs or proc cannot be mounted: the host's, with all that is mounted on it. That of sysfs is read-only. */
export const HOSTS_SYS: Mount = hosts('/sys', ['ro']);
export const HOSTS_PROC: Mount = hosts('/proc', []);

function hosts(place: string, more: readonly string[]): Mount {
  return { destination: place, type: 'none', source: place, options: ['rbind', 'nosuid', 'noexec', 'nodev', ...more] };
}

export function bindHost(name: 'proc' | 'sys'): Syscall[] {
  const careful = MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC;
  const set = name === 'sys' ? careful | MOUNT_ATTR_RDONLY : careful;
  return [
    mount(`/${name}`, name, null, k.MS_BIND | k.MS_REC, null),
    mountSetattr(k.AT_FDCWD, name, k.AT_RECURSIVE, { set, propagation: 0 }),
  ];
}

const USUAL = [...DEFAULT_SPEC.mounts, ...DEFAULT_SPEC.mounts.map(writable), HOSTS_SYS, HOSTS_PROC];

/** The same mount, where it may be written: of a container with `--privileged`. */
export function writable({ options = [], ...mount }: Mount): Mount {
  return { ...mount, options: options.filter((word) => word !== 'ro') };
}

/** Whether what is mounted there may be written. */
export function isWritable(mounts: readonly Mount[], place: string): boolean {
  return mounts.some(({ destination, options = [] }) => destination === place && !options.includes('ro'));
}

/**
 * Whether a mount is one that labs 01 to 03 make: with the type and the options of the default container, and no others, but for the size
 * of /dev/shm.
 */
export function isUsual(mount: Mount): boolean {
  const { destination, type } = mount;
  const usual = USUAL.filter((one) => one.destination === destination && one.type === type);
  return usual.some((one) => optionsOf(one) === optionsOf(mount));
}

/** Where programs have POSIX shared memory (shm_overview(7)). */
export const SHM = '/dev/shm';
const SIZE = /^size=(\d+k?)$/;

function optionsOf({ destination, options = [] }: Mount): string {
  return String(destination === SHM ? options.filter((word) => !SIZE.test(word)) : options);
}

/** What the tmpfs on /dev/shm may hold, in its own words; undefined where nothing is said. */
export function shmSize(mounts: readonly Mount[]): string | undefined {
  const words = mounts
    .filter((mount) => mount.destination === SHM && isUsual(mount))
    .flatMap(({ options = [] }) => options);
  return words.flatMap((word) => SIZE.exec(word)?.[1] ?? []).at(-1);
}

/** Where there is to be a usual mount: another /proc or /sys is bound on that. */
export function usualPlaces(mounts: readonly Mount[]): ReadonlySet<string> {
  const usual = mounts.filter((mount) => isUsual(mount) || isKernels(mount));
  return new Set(usual.map(({ destination }) => destination));
}

/** A mount in another container: its mount namespace, as a descriptor, and where it is there. */
export interface Elsewhere {
  readonly namespace: number;
  readonly place: string;
}

/** Where mounts come from, and whose ids they are to have. */
interface Origins {
  /** By destination. */
  readonly elsewhere?: ReadonlyMap<string, Elsewhere> | undefined;
  readonly userNamespace?: UserNamespace | undefined;
  /** What is still to be made, as with --dry-run, is a file and no directory. */
  readonly areFiles?: boolean;
}

/**
 * What is bound, tmpfs and other filesystems, in their order: sources are opened while paths mean the host's, and attached when they mean
 * the container's. Another /proc or /sys (`-v /sys:/sys`) comes before the masks, which it would cover otherwise; all others after them.
 * What another container has mounted (`elsewhere`, by destination) is taken from there. Throws UserError (2) for another kind of mount.
 */
export function prepareMounts(
  mounts: readonly Mount[],
  from: Origins = {},
): Record<'opened' | 'kernel' | 'attached', Syscall[]> {
  const prepared = mounts.map((mount) => ({ mount, ...prepare(mount, from) }));
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

function prepare(mount: Mount, from: Origins): Prepared {
  const { destination, type, options = [] } = mount;
  const elsewhere = from.elsewhere?.get(destination);
  if (type === 'bind') return bind(mount, elsewhere, from);
  if (type === 'tmpfs' && isScratch(options)) {
    const data = options.slice(TMPFS.length).join(',');
    return { opened: [], attached: mountTmpfs(destination, data, NO_LINKS) };
  }
  const { tree, calls } = elsewhere ? fromAnother(elsewhere.namespace, elsewhere.place) : filesystem(mount);
  const how = { readOnly: options.includes('rro'), propagation: k.MS_PRIVATE, isDirectory: true, resolve: NO_LINKS };
  return { opened: calls, attached: attachVolume(tree, destination, how) };
}

/** What every tmpfs of a container has (lab 06), of `--tmpfs`; the others are the filesystem's own, each with a value. */
const TMPFS = ['nosuid', 'nodev', 'noexec'];

function isScratch(options: readonly string[]): boolean {
  const data = options.slice(TMPFS.length);
  return String([...TMPFS, ...data]) === String(options) && data.every((one) => one.includes('='));
}

/** The kernel's own, which show what their maker is in: labs 01 to 03 mount them, each at its place. */
const OF_THE_KERNEL: ReadonlySet<string> = new Set(['proc', 'sysfs', 'cgroup', 'cgroup2', 'devpts', 'mqueue']);

/** A volume with a type and a device of its own. */
function filesystem(mount: Mount): Tree {
  const { type, source, options = [] } = mount;
  if (type === undefined || source === undefined || OF_THE_KERNEL.has(type)) throw notTaught(mount);
  return newFilesystem(
    type,
    source,
    options.filter((word) => word !== 'rro'),
  );
}

function bind(mount: Mount, elsewhere: Elsewhere | undefined, { userNamespace: owner, areFiles }: Origins): Prepared {
  const { destination, source } = mount;
  if (source === undefined) throw notTaught(mount);
  const { recursive, idmap, ...how } = bindOptionsOf(mount);
  const { tree, calls } = elsewhere ? fromAnother(elsewhere.namespace, elsewhere.place) : hereAt(source, recursive);
  const mapped = idmap && owner ? [withIdsOf(owner, tree)] : [];
  const isDirectory = statSync(nodePath(source), { throwIfNoEntry: false })?.isDirectory() ?? !areFiles;
  return {
    opened: [...calls, ...mapped],
    attached: attachVolume(tree, destination, { ...how, isDirectory, resolve: NO_LINKS }),
  };
}

function hereAt(source: string, recursive: boolean): Tree {
  const tree = openVolume(source, recursive);
  return { tree, calls: [tree] };
}

/** Ids of the container's, as lab 09 has it: not of what is mounted below. */
function withIdsOf({ fd }: UserNamespace, tree: Syscall): Syscall {
  return mountSetattr(tree, '', k.AT_EMPTY_PATH, { set: MOUNT_ATTR_IDMAP, propagation: 0, userNamespace: fd });
}

/** `rbind` or `bind`, the propagation, `idmap`, and for a read-only one `ro` and `rro`: lab 06 changes all that is mounted below as well. */
function bindOptionsOf(mount: Mount) {
  const [first, word = '', ...all] = mount.options ?? [];
  const propagation = PROPAGATION[word];
  const more = all.filter((one) => one !== IDMAP);
  const flags = more.filter((one) => !READ_ONLY.includes(one));
  const readOnly = more.length > flags.length;
  const known = [...(readOnly ? READ_ONLY : []), ...flags.filter((one) => FLAGS[one] !== undefined)];
  const isKnown = ['bind', 'rbind'].includes(first ?? '') && String(known) === String(more);
  if (propagation === undefined || !isKnown) throw notTaught(mount);
  const attributes = flags.reduce((set, one) => set | (FLAGS[one] as number), 0);
  return { recursive: first === 'rbind', idmap: all.includes(IDMAP), readOnly, propagation, attributes };
}

/** Of the specification 1.1: the ids of the mount are those of `uidMappings`, which are the container's here (taught.ts). */
const IDMAP = 'idmap';

const READ_ONLY = ['ro', 'rro'];

const FLAGS: Partial<Record<string, number>> = {
  nosuid: MOUNT_ATTR_NOSUID,
  nodev: MOUNT_ATTR_NODEV,
  noexec: MOUNT_ATTR_NOEXEC,
};

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
  return new UserError(
    message,
    2,
    'tslab mounts what its default container has (tslab spec), bind mounts, tmpfs, and filesystems of disks and networks.',
  );
}
