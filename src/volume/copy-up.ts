/**
 * What Docker does with an empty volume: it gets what the image has at the mount point, owners and modes included.
 *
 * The image's layers are read as they lie on disk, the way overlayfs would show them, since nothing is mounted yet.
 */

import {
  type BigIntStats,
  chmodSync,
  chownSync,
  copyFileSync,
  lchownSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  renameSync,
  type Stats,
  symlinkSync,
  utimesSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { isPrivileged } from '../kernel/credentials/privilege.js';
import { type DirectoryCursor, openCursor } from '../kernel/files/directory-cursor.js';
import { namesIn, nodePath } from '../kernel/files/file-names.js';
import { type Walkable, walk } from '../kernel/files/walk.js';
import { type LayerEntry, LayerUnion } from '../rootfs/layer-union.js';
import { notWritable } from '../state/directories.js';
import { withLock } from '../state/lock.js';
import { removeTree } from '../state/remove-tree.js';

/**
 * Fills an empty volume (`source`, its data directory) with what the image's layers, topmost first, have at `target`;
 * one that has anything in it stays as it is. Where a symbolic link lies on the way nothing is copied: in an image it may lead anywhere.
 * The copy is made beside the data and moved there entry by entry: one that was cut off (SIGKILL) is finished by the next call.
 * Throws UserError (3) where the disk is full.
 */
export function copyUp(layers: readonly string[], target: string, source: string): void {
  const copy = join(dirname(source), 'copying');
  withLock(join(dirname(source), 'lock'), () => {
    if (readdirSync(source).length > 0 && !exists(copy)) return;
    try {
      removeTree(copy);
      using image = new LayerUnion(layers);
      for (const name of target.split('/').filter(Boolean)) image.enter({ name });
      if (image.topmost) copyAll(image, image.topmost, copy);
      if (exists(copy)) moveInto(source, copy);
    } catch (error) {
      throw notWritable(source, error);
    }
  });
}

function copyAll(image: LayerUnion, topmost: DirectoryCursor, to: string): void {
  mkdirSync(to);
  using both = new ImageAndCopy(image, openCursor(to));
  for (const entry of walk(both)) if (!entry.isDirectory) both.copy(entry);
  keepOwner(to, topmost.stats);
}

function moveInto(source: string, copy: string): void {
  const stats = lstatSync(copy);
  for (const name of namesIn(copy)) {
    if (!exists(join(source, name))) renameSync(nodePath(join(copy, name)), nodePath(join(source, name)));
  }
  keepOwner(source, stats);
  // What is in the volume already is not replaced.
  removeTree(copy);
}

/** A directory of the image and its copy, side by side. */
class ImageAndCopy implements Walkable<LayerEntry>, Disposable {
  readonly #image: LayerUnion;
  readonly #copy: DirectoryCursor;

  constructor(image: LayerUnion, copy: DirectoryCursor) {
    this.#image = image;
    this.#copy = copy;
  }

  entries(): LayerEntry[] {
    return this.#image.entries();
  }

  enter(directory: LayerEntry): boolean {
    mkdirSync(this.#copy.at(directory.name));
    this.#copy.enter(directory.name);
    return this.#image.enter(directory);
  }

  leave(): void {
    const { stats } = this.#image.topmost as DirectoryCursor;
    this.#image.leave();
    keepOwner(this.#copy.at('.'), stats);
    this.#copy.leave();
  }

  /** Devices, sockets and pipes are left out, and so is a whiteout, which is a device. */
  copy({ name, layer }: LayerEntry): void {
    const [from, to] = [layer.at(name), this.#copy.at(name)];
    const stats = lstatSync(from);
    if (stats.isSymbolicLink()) copyLink(from, to, stats);
    else if (stats.isFile()) copyFile(from, to, stats);
  }

  [Symbol.dispose](): void {
    this.#copy[Symbol.dispose]();
  }
}

type Path = string | Buffer;

function copyLink(from: Path, to: Path, { uid, gid }: Stats): void {
  symlinkSync(readlinkSync(from, 'buffer'), to);
  if (isPrivileged()) lchownSync(to, uid, gid);
}

function copyFile(from: Path, to: Path, stats: Stats): void {
  copyFileSync(from, to);
  keepOwner(to, stats);
}

/** chown(2) takes the set-user-ID bit away, so the mode comes after it. Only root may give files away. */
function keepOwner(path: Path, { uid, gid, mode, atime, mtime }: Stats | BigIntStats): void {
  if (isPrivileged()) chownSync(path, Number(uid), Number(gid));
  chmodSync(path, Number(mode) & 0o7777);
  utimesSync(path, atime, mtime);
}

function exists(path: string): boolean {
  return lstatSync(nodePath(path), { throwIfNoEntry: false }) !== undefined;
}
