import { basename, dirname } from 'node:path';
import { chdir, mkdir, mount } from '../../../src/kernel/calls/index.js';
import { OPEN_TREE_CLOEXEC, OPEN_TREE_CLONE, openTree } from '../../../src/kernel/calls/mount-api.js';
import { AT_FDCWD, MS_NODEV, MS_NOEXEC, MS_NOSUID } from '../../../src/kernel/constants.js';
import type { Syscall } from '../../../src/kernel/syscall.js';
import type { WritableLayer } from '../../04-overlay/calls/writable-layer.js';
import { idmapped } from './idmap.js';
import { mountIdmappedOverlay } from './overlay.js';

/** A user namespace that is there before the container: a descriptor of it, and who its root is outside. */
export interface UserNamespace {
  readonly fd: number;
  readonly uid: number;
  readonly gid: number;
}

/** The image's layers, topmost first, and the container's own, which lies beside its work directory. */
interface OwnLayers extends WritableLayer {
  readonly lower: readonly string[];
}

/** Where the overlay is, in the tmpfs that has the layers. */
export const UNION = 'union';
const OWN = 'own';

// #region idmapped-layers
/**
 * Mounts a container's overlay over id-mapped layers, in a mount namespace of root's: they are put into a tmpfs on the mount point, under
 * short names. It is attached later, by its descriptor (`tree`), in a mount namespace of the container's: of a mount that was copied there
 * from root's nothing may be taken away (mount_namespaces(7)). Whoever makes these calls is the owner of the container afterwards.
 */
export function mountLayers({ lower, upper, work, target }: OwnLayers, owner: UserNamespace) {
  const tree = openTree(AT_FDCWD, UNION, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC);
  const layers = [...lower, dirname(upper)];
  const names = [...lower.map((_, i) => `${i}`), OWN];
  const [own, prepared] = [upper, work].map((path) => `${OWN}/${basename(path)}`);
  const overlay = { lower: names.slice(0, -1), upper: own, work: prepared, target: UNION, privileged: true };
  const calls: Syscall[] = [
    mount('tmpfs', target, 'tmpfs', MS_NOSUID | MS_NODEV | MS_NOEXEC, 'mode=755'),
    chdir(target),
    ...[...names, UNION].map((name) => mkdir(name, 0o755)),
    ...layers.flatMap((layer, i) => idmapped(layer, names[i] as string, owner.fd)),
    ...mountIdmappedOverlay(overlay, owner),
    tree,
  ];
  return { calls, tree };
}
// #endregion
