import { renameSync, unlinkSync } from 'node:fs';
import { remember } from '../../state/ledger/ledger.js';
import { removeMade, temporaryName } from '../../state/temporary.js';
import type { Digest } from '../digest.js';
import { storeAlone } from './hold.js';
import { layerDirectory } from './layers.js';
import { blobPath, imagesDirectory, withIndexLock } from './layout.js';
import { type Marked, markNamed } from './mark.js';
import { blobSize, digestsIn, layerSize } from './sizes.js';
import { topOf } from './stack.js';
import { sweepIngests } from './sweep-ingests.js';

/** What was removed. */
export interface Freed {
  readonly blobs: readonly Digest[];
  /** Chain IDs. */
  readonly layers: readonly Digest[];
  /** That the blobs took, and the files of the layers. */
  readonly bytes: number;
}

/**
 * Removes all that no image needs, and none of `others`: containers, the cache of builds. They are asked while nothing is named and no image
 * is made. Undefined where somebody is making one just now: what he has so far is named by nothing, and stays with all else.
 */
export function collectGarbage(others: () => Marked): Freed | undefined {
  using alone = storeAlone();
  if (!alone) return undefined;
  return withIndexLock(() => {
    const [named, kept] = [markNamed(), others()];
    const isNeeded = (kind: keyof Marked) => (one: Digest) => named[kind].has(one) || kept[kind].has(one);
    sweepIngests();
    for (const image of digestsIn('tops').filter((one) => !isNeeded('blobs')(one))) unlinkSync(topOf(image));
    const layers = sweep('layers', isNeeded('layers'), removeLayer);
    const blobs = sweep('blobs', isNeeded('blobs'), removeBlob);
    return { layers: layers.removed, blobs: blobs.removed, bytes: layers.bytes + blobs.bytes };
  });
}

/** `remove` returns how many bytes that gave back. */
function sweep(
  kind: keyof Marked,
  isNeeded: (one: Digest) => boolean,
  remove: (one: Digest) => number,
): { removed: Digest[]; bytes: number } {
  const removed = digestsIn(kind).filter((one) => !isNeeded(one));
  return { removed, bytes: removed.map(remove).reduce((sum, bytes) => sum + bytes, 0) };
}

function removeBlob(digest: Digest): number {
  const size = blobSize(digest);
  unlinkSync(blobPath(digest));
  return size;
}

/** A layer of which half is removed must not have its name: it would be taken for whole. */
export function removeLayer(chain: Digest): number {
  const size = layerSize(chain);
  const aside = temporaryName(imagesDirectory('layers'));
  remember('directory', aside);
  renameSync(layerDirectory(chain), aside);
  removeMade(aside);
  return size;
}
