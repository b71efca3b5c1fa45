import { cpSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { chdir, exitGroup } from '../../../src/kernel/calls/index.js';
import * as k from '../../../src/kernel/constants.js';
import { SyscallError } from '../../../src/kernel/errors/syscall-error.js';
import type { Syscall } from '../../../src/kernel/syscall.js';
import type { Lab } from '../../../src/lab/lab.js';
import { stateDirectory } from '../../../src/state/directories.js';
import { removeTree } from '../../../src/state/remove-tree.js';
import { makeTemporary, removeTemporary } from '../../../src/state/temporary.js';
import { privateMounts } from '../../01-pid-namespace/calls/proc.js';
import { bindSelf, detachOldRoot, swapRoots } from '../../02-rootfs/calls/root.js';
import { mountOverlay } from '../../04-overlay/calls/mount.js';

/** A container that has not been started: what its root is, and where on the disk that which it writes ends up. */
export interface Box {
  readonly root: string;
  /** The overlay's upper directory. What is put there before the start is as if the image had it. */
  readonly written: string;
  /** Makes the root a mount point and the working directory; in a mount namespace of its own. */
  readonly mountRoot: readonly Syscall[];
}

/** A directory below the state directory on which the lab's containers and their host's directories stand. It goes with the lab. */
export class Ground {
  readonly #path = makeTemporary(stateDirectory());
  readonly #privileged: boolean;
  readonly #image: string;
  /** False where this kernel, or the filesystem of the state directory, cannot have an overlay on it. */
  hasOverlay = true;

  constructor(lab: Lab) {
    this.#privileged = lab.privileged;
    this.#image = lab.rootfs.path;
    lab.atEnd(() => removeTemporary(this.#path));
  }

  /** Tries an overlay, since nothing short of that tells whether there can be one. */
  async explore(lab: Lab): Promise<this> {
    const calls = [...privateMounts(), ...this.box().mountRoot, exitGroup(0)];
    this.hasOverlay = await succeeds(lab.through(untold, () => lab.run({ namespaces: k.CLONE_NEWNS, calls }, 'true')));
    return this;
  }

  /** A directory of the host, empty. One that had this name is gone. */
  directory(name: string): string {
    const path = join(this.#path, name);
    removeTree(path);
    mkdirSync(path, { mode: 0o755 });
    return path;
  }

  /** A new container of the lab's image, with these layers on top of it (lab 04). The one before is gone: docker rm. */
  box(...layers: readonly string[]): Box {
    const at = this.directory('container');
    const [upper, work, root] = ['upper', 'work', 'root'].map((name) => join(at, name)) as [string, string, string];
    for (const path of [upper, work, root]) mkdirSync(path, { mode: 0o755 });
    const lower = [...layers, this.#image];
    if (!this.hasOverlay) return copied(lower, root);
    const overlay = { lower, upper, work, target: root, privileged: this.#privileged };
    return { root, written: upper, mountRoot: [...mountOverlay(overlay), chdir(root)] };
  }
}

/** Where there can be no overlay. */
function copied(lower: readonly string[], root: string): Box {
  for (const layer of lower.toReversed()) cpSync(layer, root, { recursive: true, verbatimSymlinks: true });
  return { root, written: root, mountRoot: bindSelf(root) };
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

/** Leaves the host for good: from here on every path is the container's. */
export function leaveHost(): Syscall[] {
  return [...swapRoots(), ...detachOldRoot()];
}

// #region enter-box
/** Goes into a container's root: labs 01, 04 and 02. */
export function enterBox(box: Box): Syscall[] {
  return [...privateMounts(), ...box.mountRoot, ...leaveHost()];
}
// #endregion
