import { chdir, close, fchdir } from '../../../src/kernel/calls/index.js';
import {
  MOVE_MOUNT_F_EMPTY_PATH,
  moveMount,
  OPEN_TREE_CLOEXEC,
  OPEN_TREE_CLONE,
  openTree,
} from '../../../src/kernel/calls/mount-api.js';
import { AT_FDCWD, AT_RECURSIVE } from '../../../src/kernel/constants.js';
import type { Spec } from '../../../src/oci/spec.js';
import { mountLayers } from '../../09-users/calls/idmapped-layers.js';
import { enterMade } from './namespaces.js';
import type { MadeNamespace, Piece, Surroundings } from './pieces.js';

/** What comes before the gate, where the parent does its work: it ends with this. */
export const JOIN = 'join-namespaces';

/** Directories of a cgroup that is made at the gate. */
export const OPEN_CGROUP = 'open-cgroup';

// #region by-root
/**
 * A container of root's that is to be in a user namespace: what only root of the host may open and mount comes first, then it enters that.
 * Its own root filesystem is attached to the working directory, which has no path that its root could search.
 */
export function enterByRoot(spec: Spec, { layers, userNamespace }: ByRoot, opened: readonly Piece[]) {
  const { calls, tree } = layers ? mountLayers(layers, userNamespace) : holdRoot(spec.root.path);
  const attached = [moveMount(tree, '', AT_FDCWD, '.', MOVE_MOUNT_F_EMPTY_PATH), fchdir(tree), close(tree)];
  const before: Piece[] = [
    ...opened.filter(({ step }) => step !== OPEN_CGROUP),
    { step: 'overlay', lab: '09-users', calls, gate: layers && userNamespace.gate },
    { step: JOIN, lab: '09-users', calls: enterMade(spec, userNamespace) },
  ];
  const late = opened.filter(({ step }) => step === OPEN_CGROUP);
  return { before, after: [...late, { step: 'attach-root', lab: '09-users', calls: attached }] };
}
// #endregion

interface ByRoot extends Surroundings {
  readonly userNamespace: MadeNamespace;
}

/** A directory that is the root filesystem itself: its files have the owners that they have. */
function holdRoot(path: string) {
  const tree = openTree(AT_FDCWD, path, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_RECURSIVE);
  return { calls: [tree, chdir(path)], tree };
}
