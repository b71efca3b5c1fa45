/** Reads files that a container or an image controls, which may be anything. */
import { openSync } from 'node:fs';
import { O_CLOEXEC, O_NOFOLLOW, O_PATH } from '../kernel/constants.js';
import { nodePath } from '../kernel/files/file-names.js';
import { readAndClose, readInside } from '../kernel/files/inside.js';
import { NotReadable } from '../kernel/files/regular-file.js';
import type { Layers } from './layers.js';

/**
 * Reads a small file of a container by its absolute path there; undefined where it has none. Throws NotReadable, which names the
 * file and what is wrong with it: a FIFO, a directory, a device, a loop of links, too much.
 */
export type ReadGuest = (path: string) => Buffer | undefined;

/** Bytes: enough for 10,000 users. */
const LIMIT = 1_048_576;

/** From the root of a container that runs (a descriptor), mounts included. */
export function guestOfRoot(root: number): ReadGuest {
  return (path) => readInside(root, path, { limit: LIMIT, shown: shown(path) });
}

/** From the layers of an image, as an overlay would show them. `known`: where some files are, on the host; '' for nowhere. */
export function guestOfLayers(layers: Layers, known: Readonly<Record<string, string>> = {}): ReadGuest {
  return (path) => {
    const fd = explaining(path, () => (known[path] === undefined ? layers.open(path) : openKnown(known[path])));
    return fd === undefined ? undefined : readAndClose(fd, { limit: LIMIT, shown: shown(path) });
  };
}

function openKnown(path: string): number | undefined {
  return path === '' ? undefined : openSync(nodePath(path), O_PATH | O_NOFOLLOW | O_CLOEXEC);
}

function explaining<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw new NotReadable(`${shown(path)} cannot be opened: ${(error as NodeJS.ErrnoException).code ?? error}`);
  }
}

function shown(path: string): string {
  return `the container's ${path}`;
}
