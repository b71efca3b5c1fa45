import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { close } from '../../../src/kernel/calls/index.js';
import * as m from '../../../src/kernel/calls/mount-api.js';
import { AT_FDCWD } from '../../../src/kernel/constants.js';
import type { Syscall } from '../../../src/kernel/syscall.js';

/** What every container has a version of its own of. */
export const OWN_FILES = ['hostname', 'hosts', 'resolv.conf'];

// #region init-layer
/** Docker's layer between the image and the container: mount points and nothing else (moby, daemon/initlayer). The directory, filled. */
export function makeInitLayer(directory: string, etc = 'etc'): string {
  for (const path of ['dev', etc, 'proc', 'sys']) mkdirSync(join(directory, path), { recursive: true });
  for (const name of OWN_FILES) writeFileSync(join(directory, etc, name), '');
  chmodSync(join(directory, etc), 0o755); // whatever the umask is
  symlinkSync('/proc/mounts', join(directory, etc, 'mtab'));
  return directory;
}

/**
 * The container's own files, from a directory that has them, bound onto those of the init layer: taken hold of before the
 * pivot and attached after it, so that no symbolic link of an image can lead to the host's /etc.
 */
export function bindOwnFiles(directory: string): { opened: Syscall[]; attached: Syscall[] } {
  const flags = m.OPEN_TREE_CLONE | m.OPEN_TREE_CLOEXEC;
  const trees = OWN_FILES.map((name) => m.openTree(AT_FDCWD, join(directory, name), flags));
  const attach = (tree: Syscall, name: string) => [
    m.moveMount(tree, '', AT_FDCWD, `/etc/${name}`, m.MOVE_MOUNT_F_EMPTY_PATH),
    close(tree),
  ];
  return { opened: trees, attached: trees.flatMap((tree, i) => attach(tree, OWN_FILES[i] as string)) };
}
// #endregion
