/**
 * A layer with `tmp/x` and without `tmp/` says nothing of /tmp. Where the directory of its own is 0755, it hides the 1777 of the layer
 * below (image-spec#1221, containers/storage#1288; image-spec#737 leaves it open). So it gets what the topmost layer below has.
 */
import { type BigIntStats, lstatSync } from 'node:fs';
import { callUntraced } from '../../kernel/call.js';
import { chmod, lchown, lgetxattr, utimensat } from '../../kernel/calls/index.js';
import { nodePath } from '../../kernel/files/file-names.js';
import { OPAQUE } from '../../rootfs/overlay-marks.js';
import { Batch } from './batch.js';
import type { Owners } from './owners.js';
import { join } from './tree.js';

/** Gives directories of a layer the mode, owner and time that they have in the layers below it, the topmost first. Throws UserError. */
export async function adoptImplied(
  { directory, implied }: { directory: string; implied: readonly string[] },
  lower: readonly string[],
  owners: Owners,
): Promise<void> {
  const batch = new Batch(directory, owners);
  for (const path of implied) {
    const stats = lookBelow(lower, path);
    if (!stats) continue;
    const at = path || '.';
    const { uid, gid, mode, mtimeNs } = stats;
    const owner = owners === 'ours' ? [] : [lchown(at, Number(uid), Number(gid))];
    batch.add(path, [...owner, chmod(at, Number(mode) & 0o7777), utimensat(at, mtimeNs)]);
    if (batch.isFull) await batch.flush();
  }
  await batch.end();
}

/** The directory that overlayfs would show at a path; undefined where none is, or something else. Nobody changes these layers. */
function lookBelow(lower: readonly string[], path: string): BigIntStats | undefined {
  for (const layer of lower) {
    const found = lookIn(layer, path);
    if (found !== 'not here') return found;
  }
  return undefined;
}

function lookIn(layer: string, path: string): BigIntStats | 'not here' | undefined {
  let [at, hides] = ['', false];
  for (const name of ['', ...path.split('/').filter(Boolean)]) {
    at = join(at, name);
    const stats = lstatSync(nodePath(`${layer}/${at}`), { bigint: true, throwIfNoEntry: false });
    if (!stats) return hides ? undefined : 'not here';
    if (!stats.isDirectory()) return undefined;
    hides ||= isHiding(`${layer}/${at}`);
    if (at === path) return stats;
  }
  return undefined;
}

function isHiding(directory: string): boolean {
  const value = new Uint8Array(1);
  return OPAQUE.some((name) => callUntraced(lgetxattr(directory, name, value)) === 1 && value[0] === 'y'.charCodeAt(0));
}
