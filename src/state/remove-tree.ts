import { chmodSync, lstatSync, readdirSync, realpathSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { readMountinfo } from '../probe/mountinfo.js';
import { errnoName, here } from './directories.js';

/**
 * Removes a directory and all below it; one that is gone already is fine.
 *
 * Refuses (with an Error) what is not strictly below tslab's own directories, and what has a mount in it: behind a bind mount
 * may be somebody's home.
 */
export function removeTree(path: string): void {
  const real = ownPath(path);
  if (!real) return;
  const mount = mountsBelow(real)[0];
  if (mount) throw new Error(`${path} was not removed, since something is mounted on ${mount}: umount ${mount}`);
  try {
    rmSync(real, { recursive: true, force: true });
  } catch (error) {
    if (errnoName(error) !== 'EACCES') throw error;
    openUp(real);
    rmSync(real, { recursive: true, force: true });
  }
}

/** The path without symbolic links on the way, so that none leads outside. Undefined: there is nothing. */
function ownPath(path: string): string | undefined {
  const parent = realOrNothing(dirname(path));
  if (!parent) return undefined;
  const { state, run } = here();
  const owned = [state, run].map(realOrNothing).some((own) => own && `${parent}/`.startsWith(`${own}/`));
  if (!owned || ['', '.', '..'].includes(basename(path)))
    throw new Error(`${path} was not removed, since it is not below ${state} or ${run}`);
  return join(parent, basename(path));
}

function realOrNothing(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch (error) {
    if (errnoName(error) === 'ENOENT') return undefined;
    throw error;
  }
}

function mountsBelow(path: string): string[] {
  const mounts = readMountinfo();
  return mounts.map(({ mountPoint }) => mountPoint).filter((point) => `${point}/`.startsWith(`${path}/`));
}

/** Overlayfs leaves a `work/work` that even its owner may not read (mode 0). */
function openUp(path: string): void {
  if (!lstatSync(path).isDirectory()) return;
  chmodSync(path, 0o700);
  for (const child of readdirSync(path)) openUp(join(path, child));
}
