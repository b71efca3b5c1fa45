import type { Digest } from '../digest.js';
import { nameOf, unnamed } from './images.js';
import { changeIndex } from './layout.js';

/** Takes a name from its image. One that has no other stays without, or is removed. */
export function removeName(name: string, stays: boolean): void {
  changeIndex((all) => {
    const others = all.filter((one) => nameOf(one) !== name);
    const nameless = all.filter((one) => nameOf(one) === name && !others.some(({ digest }) => digest === one.digest));
    return [...others, ...(stays ? nameless.map(unnamed) : [])];
  });
}

/** Removes an image from the index, with all names of its manifest; what only it needs is garbage then. */
export function removeFromIndex(manifest: Digest): void {
  changeIndex((all) => all.filter(({ digest }) => digest !== manifest));
}
