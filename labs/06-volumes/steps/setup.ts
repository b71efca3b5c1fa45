import { cpSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { chdir, exitGroup } from '../../../src/kernel/calls/index.js';
import * as k from '../../../src/kernel/constants.js';
import { SyscallError } from '../../../src/kernel/errors/syscall-error.js';
import type { ProcessSpec } from '../../../src/kernel/process.js';
import type { Syscall } from '../../../src/kernel/syscall.js';
import type { Lab } from '../../../src/lab/lab.js';
import { removeTree } from '../../../src/state/remove-tree.js';
import { privateMounts } from '../../01-pid-namespace/calls/proc.js';
import { bindSelf, detachOldRoot, swapRoots } from '../../02-rootfs/calls/root.js';
import { mountOverlay } from '../../04-overlay/calls/mount.js';

/** The root of a container that has not been started, and where on the disk that which it writes ends up. */
export interface Root {
  /** The overlay's upper directory. What is put there before the start is as if the image had it. */
  readonly written: string;
  /** Makes the root a mount point and the working directory, in a mount namespace of its own. */
  readonly enter: readonly Syscall[];
  /** Leaves the host for good: from here on every path is the container's. */
  readonly leave: readonly Syscall[];
}

/** What the steps work with: directories of the host, which go with the lab, and roots of containers among them. */
export interface Setup {
  readonly lab: Lab;
  /** False where this kernel, or the filesystem of the state directory, cannot have an overlay on it. */
  readonly hasOverlay: boolean;
  /** A directory of the host, empty. One that had this name is gone. */
  directory(name: string): string;
  /** The root of a new container of the lab's image, with these layers on top of it (lab 04). The one before is gone: docker rm. */
  newRoot(...layers: readonly string[]): Root;
}

/** Makes the directory that all of it is in, and tries an overlay there: nothing short of that tells whether there can be one. */
export async function makeSetup(lab: Lab): Promise<Setup> {
  const parent = lab.makeDirectory();
  const directory = (name: string) => emptied(join(parent, name));
  const overlaid = (...layers: readonly string[]) => overlayRoot(lab, directory('container'), layers);
  const calls = [...overlaid().enter, exitGroup(0)];
  const hasOverlay = await succeeds(lab.through(untold, () => lab.run({ namespaces: k.CLONE_NEWNS, calls }, 'true')));
  const copy = (...layers: readonly string[]) => copiedRoot([...layers, lab.rootfs.path], directory('container'));
  return { lab, hasOverlay, directory, newRoot: hasOverlay ? overlaid : copy };
}

function emptied(path: string): string {
  removeTree(path);
  mkdirSync(path, { mode: 0o755 });
  return path;
}

// #region overlay-root
/** overlayRoot() of lab 04 in two parts: what stands between them sees the host, and has the root for a working directory. */
function overlayRoot(lab: Lab, directory: string, layers: readonly string[]): Root {
  const { rootfs, privileged } = lab;
  const taught = (calls: readonly Syscall[]) => lab.taughtBy('04-overlay', 'overlayRoot()', calls);
  const below = (name: string) => emptied(join(directory, name));
  const [upper, work, target] = [below('upper'), below('work'), below('root')];
  const overlay = { lower: [...layers, rootfs.path], upper, work, target, privileged };
  const enter = taught([...privateMounts(), ...mountOverlay(overlay), chdir(target)]);
  return { written: upper, enter, leave: taught([...swapRoots(), ...detachOldRoot()]) };
}
// #endregion

/** Where there can be no overlay. */
function copiedRoot(lower: readonly string[], directory: string): Root {
  const path = emptied(join(directory, 'root'));
  for (const layer of lower.toReversed()) cpSync(layer, path, { recursive: true, verbatimSymlinks: true });
  const leave = [...swapRoots(), ...detachOldRoot()];
  return { written: path, enter: [...privateMounts(), ...bindSelf(path)], leave };
}

/** What is only a trial is not told. */
function untold(): undefined {}

async function succeeds(trial: Promise<unknown>): Promise<boolean> {
  try {
    await trial;
    return true;
  } catch (error) {
    if (error instanceof SyscallError) return false;
    throw error;
  }
}

/** Goes into a container's root. */
export function enterRoot({ enter, leave }: Root): Syscall[] {
  return [...enter, ...leave];
}

/** A container that these calls make. */
export function container(calls: readonly Syscall[]): ProcessSpec {
  return { namespaces: k.CLONE_NEWNS | k.CLONE_NEWPID, calls };
}
