import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { removeTree } from '../../../state/remove-tree.js';
import { storeAlone } from '../../store/hold.js';
import { imagesDirectory } from '../../store/layout.js';

/** Removes what builds keep for later ones: what steps came to, and the directories of `--mount=type=cache`; not while somebody builds. */
export function removeBuildCache(): void {
  using alone = storeAlone();
  if (!alone) return;
  for (const kept of ['build-cache', 'cache-mounts'].map((name) => imagesDirectory(name)))
    for (const name of readdirSync(kept)) removeTree(join(kept, name));
}
