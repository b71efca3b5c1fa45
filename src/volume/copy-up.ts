/**
 * What Docker does with an empty volume: it gets what the image has at the mount point, owners and modes included.
 *
 * The image's layers are read as they lie on disk, the way overlayfs would show them, since nothing is mounted yet.
 */

import { lstatSync, mkdirSync, readdirSync, renameSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isPrivileged } from '../kernel/credentials/privilege.js';
import { copyFile, copyLink, keep } from '../kernel/files/copy-file.js';
import { type DirectoryCursor, openCursor } from '../kernel/files/directory-cursor.js';
import { namesIn, nodePath } from '../kernel/files/file-names.js';
import { look, type Place } from '../kernel/files/file-tree.js';
import { type Walkable, walk } from '../kernel/files/walk.js';
import { type LayerEntry, LayerUnion } from '../rootfs/layer-union.js';
import { notWritable } from '../state/directories.js';
import { withLock } from '../state/lock.js';
import { removeTree } from '../state/remove-tree.js';

/**
 * Fills an empty volume (`source`, its data directory) with the files that the image's layers, topmost first, have at `target`;
 * a volume with entries stays as it is. Where a symbolic link is on the way nothing is copied: in an image it may lead anywhere.
 * The copy is made beside the data and moved there entry by entry: after a SIGKILL the next call finishes it.
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
  both.keep(topmost);
}

function moveInto(source: string, copy: string): void {
  // Takes the times before the entries are moved out.
  using copied = openCursor(copy);
  for (const name of namesIn(copy)) {
    if (!exists(join(source, name))) renameSync(nodePath(join(copy, name)), nodePath(join(source, name)));
  }
  using volume = openCursor(source);
  keep(volume.fd, copied.stats, isPrivileged());
  // Entries that the volume has already are not replaced.
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
    this.keep(this.#image.topmost as DirectoryCursor);
    this.#image.leave();
    this.#copy.leave();
  }

  /** Gives the current directory the owner, mode and times of the image's: only root may change owners. */
  keep({ stats }: DirectoryCursor): void {
    keep(this.#copy.fd, stats, isPrivileged());
  }

  /** Devices, sockets and pipes are left out, and so is a whiteout, which is a device. */
  copy({ name, layer }: LayerEntry): void {
    const [from, to] = [layer, this.#copy].map(({ fd }) => ({ directory: fd, name, shown: name })) as [Place, Place];
    const stats = look(from);
    if (stats?.isSymbolicLink()) copyLink(from, to, isPrivileged());
    else if (stats?.isFile()) copyFile(from, to, isPrivileged());
  }

  [Symbol.dispose](): void {
    this.#copy[Symbol.dispose]();
  }
}

function exists(path: string): boolean {
  return lstatSync(nodePath(path), { throwIfNoEntry: false }) !== undefined;
}
