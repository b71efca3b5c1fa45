import { programDirectories } from '../kernel/files/program-path.js';
import { diskUsage, paths } from '../state/tree.js';
import { type Busybox, busyboxSource, findBusybox } from './busybox.js';
import type { Source } from './entry.js';
import { hostSource } from './host.js';
import { findKept, keep } from './keep.js';
import { checkOwn } from './own.js';
import { spaceNeeded } from './write.js';

/**
 * A directory to become the root of a container.
 *
 * All runs share it, so a lab must not write into it: bind it read-only, or make it the lower layer of an overlay.
 * A damaged one is built anew at the next start.
 */
export interface Rootfs {
  /** Absolute. */
  readonly path: string;
  /** What it was made of, in words: `busybox`, `programs of this host`, or the directory that the user named. */
  readonly origin: string;
}

/**
 * The root filesystem for the labs: the user's own directory, if one is named, else one that is built once from what this host has.
 * Throws a UserError: status 2 where `directory` cannot serve, 3 where nothing can be built here.
 */
export function ensureRootfs(directory?: string): Rootfs {
  if (directory !== undefined) return { path: checkOwn(directory), origin: directory };
  const busybox = findBusybox();
  if (!busybox) return buildFromHost();
  const source = busyboxSource(busybox);
  const path = findKept(source);
  if (path !== undefined) return { path, origin: source.origin };
  return busybox.applets().includes('sh') ? kept(source) : buildFromHost();
}

/** What {@link ensureRootfs} builds. Throws as it does. */
export function rootfsSource(): Source {
  const busybox = findBusybox();
  return busybox?.applets().includes('sh') ? busyboxSource(busybox) : hostSource();
}

/** What the root filesystem takes on the disk, in bytes and in files, and whether it is there already. */
export interface RootfsCost {
  readonly bytes: number;
  readonly files: number;
  readonly kept: boolean;
}

/** Throws as {@link ensureRootfs} does. */
export function rootfsCost(): RootfsCost {
  const busybox = findBusybox();
  const source = busybox ? busyboxSource(busybox) : hostSource();
  const path = findKept(source);
  if (path !== undefined) return { bytes: diskUsage(path), files: paths(path).length, kept: true };
  const plan = source.plan();
  return { bytes: spaceNeeded(plan), files: plan.length, kept: false };
}

/** The root filesystem made of a static busybox. */
export function buildFromBusybox(busybox: Busybox): Rootfs {
  return kept(busyboxSource(busybox));
}

/** The one made of the host's own programs, as found in these directories. Throws a UserError (3) where essential ones are missing. */
export function buildFromHost(directories = programDirectories()): Rootfs {
  return kept(hostSource(directories));
}

function kept(source: Source): Rootfs {
  return { path: keep(source), origin: source.origin };
}
