import { closeSync, symlinkSync } from 'node:fs';
import { basename, dirname, relative } from 'node:path';
import { errorCode } from '../../kernel/errors/errno.js';
import { linkTarget } from '../../kernel/files/file-names.js';
import { Layers } from '../../rootfs/layers.js';
import { writeAtomically } from '../../state/atomic.js';
import { chainIds } from '../ids.js';
import type { Image } from './images.js';
import { layerDirectory, lowerDirectories } from './layers.js';
import { imagesDirectory } from './layout.js';
import { type Stack, stackIn, topOf } from './stack.js';

/** Notes for starts where the layers of an image are, all of which are unpacked, and where its users and groups are told ({@link Stack}). */
export function noteStack({ id, config }: Image): void {
  const chain = chainIds(config.rootfs.diff_ids);
  const top = chain.at(-1);
  if (top === undefined) return;
  const directories = lowerDirectories(chain);
  const lower = directories.map((directory) => basename(dirname(directory)));
  const note: Stack = { lower, files: filesIn(directories) };
  writeAtomically(stackIn(layerDirectory(top)), JSON.stringify(note));
  link(relative(imagesDirectory('tops'), layerDirectory(top)), topOf(id));
}

function filesIn(directories: readonly string[]): Stack['files'] {
  using layers = new Layers(directories);
  const found = ['/etc', '/etc/passwd', '/etc/group'].map((name) => [name, placeOf(name, layers)]);
  return Object.fromEntries(found.filter(([, place]) => place !== undefined));
}

/** Undefined where links go in circles: whoever reads the file says so then. */
function placeOf(name: string, layers: Layers): string | undefined {
  try {
    const fd = layers.open(name);
    if (fd === undefined) return '';
    using _ = { [Symbol.dispose]: () => closeSync(fd) };
    return relative(imagesDirectory('layers'), linkTarget(`/proc/self/fd/${fd}`));
  } catch {
    return undefined;
  }
}

/** One that is there leads to the same, though that may have been away meanwhile. */
function link(target: string, path: string): void {
  try {
    symlinkSync(target, path);
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw error;
  }
}
