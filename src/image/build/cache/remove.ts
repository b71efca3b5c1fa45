import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { removeTree } from '../../../state/remove-tree.js';
import { fileBytes } from '../../../state/tree.js';
import { storeAlone } from '../../store/hold.js';
import { imagesDirectory } from '../../store/layout.js';

/** Directories of the store: what steps came to, those of `--mount=type=cache`, and what ADD fetched. */
const KEPT = ['build-cache', 'cache-mounts', 'fetched'];

/** Bytes of all that builds keep for later ones. */
export function buildCacheSize(): number {
  return KEPT.reduce((sum, name) => sum + fileBytes(imagesDirectory(name)), 0);
}

/**
 * Removes what builds keep for later ones. Returns how many bytes that gave back; undefined where somebody builds just now, and all stays.
 */
export function removeBuildCache(): number | undefined {
  using alone = storeAlone();
  if (!alone) return undefined;
  const bytes = buildCacheSize();
  for (const directory of KEPT.map(imagesDirectory))
    for (const name of readdirSync(directory)) removeTree(join(directory, name));
  return bytes;
}
