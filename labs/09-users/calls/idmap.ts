import { close } from '../../../src/kernel/calls/index.js';
import * as m from '../../../src/kernel/calls/mount-api.js';
import * as k from '../../../src/kernel/constants.js';
import type { Syscall } from '../../../src/kernel/syscall.js';

// #region idmap
/**
 * Mounts a directory at a place, with ids as a user namespace has them: what is 0 on the disk is 0 in there. A mount can be changed so
 * while it is attached nowhere, and once (mount_setattr(2), Linux 5.12); by whoever is root where its filesystem was mounted.
 */
export function idmapped(directory: string, target: string, userNamespace: number): Syscall[] {
  const tree = m.openTree(k.AT_FDCWD, directory, m.OPEN_TREE_CLONE | m.OPEN_TREE_CLOEXEC);
  return [
    tree,
    m.mountSetattr(tree, '', k.AT_EMPTY_PATH, { set: m.MOUNT_ATTR_IDMAP, propagation: 0, userNamespace }),
    m.moveMount(tree, '', k.AT_FDCWD, target, m.MOVE_MOUNT_F_EMPTY_PATH),
    close(tree),
  ];
}
// #endregion
