import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { removeTree } from '../../../state/remove-tree.js';
import { fileBytes } from '../../../state/tree.js';
import { storeAlone } from '../../store/hold.js';
import { imagesDirectory } from '../../store/layout.js';

/**
 * Removes what builds keep for later ones: what steps came to, and the directories of `--mount=type=cache`. Returns how many bytes that gave
 * back; undefined where somebody builds just now, and all stays.
 */
export function removeBuildCache(): number | undefined {
  using alone = storeAlone();
  if (!alone) return undefined;
  const kept = ['build-cache', 'cache-mounts'].map((name) => imagesDirectory(name));
  const bytes = kept.reduce((sum, directory) => sum + fileBytes(directory), 0);
  for (const directory of kept) for (const name of readdirSync(directory)) removeTree(join(directory, name));
  return bytes;
}
