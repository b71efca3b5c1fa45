/** The marks that overlayfs makes in a layer (Documentation/filesystems/overlayfs.rst). */
import type { Stats } from 'node:fs';
import { callUntraced } from '../kernel/call.js';
import { lgetxattr } from '../kernel/calls/index.js';

/** Attributes of a directory that hides those below it; `user.` where the overlay was mounted without root (`userxattr`, Linux 5.11). */
export const OPAQUE: readonly string[] = ['trusted', 'user'].map((space) => `${space}.overlay.opaque`);

/** A whiteout, for a deleted name: a device with a number that no driver has. */
export function isWhiteout(stats: Stats): boolean {
  return stats.isCharacterDevice() && stats.rdev === 0;
}

/** Whether one of these attributes of an open directory says `y`. The dot makes the call follow the magic link. */
export function isOpaque(directory: number, attributes: readonly string[] = OPAQUE): boolean {
  const value = new Uint8Array(1);
  return attributes.some(
    (name) => callUntraced(lgetxattr(`/proc/self/fd/${directory}/.`, name, value)) === 1 && value[0] === Y,
  );
}

const Y = 'y'.charCodeAt(0);
