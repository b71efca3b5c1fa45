import { join } from 'node:path';
import { removeTree } from '../../state/remove-tree.js';
import type { Digest } from '../digest.js';
import { removeLayer } from './gc.js';
import { storeAlone } from './hold.js';
import { readImages } from './images.js';
import { imagesDirectory } from './layout.js';
import { removeFromIndex } from './unname.js';
import type { Damage } from './verify.js';

/**
 * Removes what is damaged, and images that have no manifest or config then: whoever pulls, loads or builds them again has it all anew. Returns the
 * names of these; undefined where somebody makes an image just now.
 */
export function removeDamaged(damage: readonly Damage[]): readonly string[] | undefined {
  using alone = storeAlone();
  if (!alone) return undefined;
  const blobs = imagesDirectory('blobs/sha256');
  for (const { kind, name } of damage) {
    if (kind === 'blob') removeTree(join(blobs, name));
    else removeLayer(`sha256:${name}` satisfies Digest);
  }
  const gone = readImages().damaged;
  for (const { descriptor } of gone) removeFromIndex(descriptor.digest);
  return gone.flatMap(({ names }) => names);
}
