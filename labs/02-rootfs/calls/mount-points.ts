import { close } from '../../../src/kernel/calls/index.js';
import { openat2, RESOLVE_NO_SYMLINKS } from '../../../src/kernel/calls/mount-api.js';
import * as k from '../../../src/kernel/constants.js';
import { once } from '../../../src/kernel/once.js';
import type { Syscall } from '../../../src/kernel/syscall.js';

// #region mount-points
/**
 * Makes sure that what will be mounted on is a directory, and no symbolic link to one: an image may bring a /dev that leads to the
 * host's /tmp, and until the old root is gone the kernel would follow it there (openat2(2): ELOOP for a link). Relative to the
 * working directory, the new root.
 */
export function mountPoints(): Syscall[] {
  return ['dev', 'proc', 'sys'].flatMap(checkDirectory);
}
// #endregion

const checkDirectory = once((path: string): Syscall[] => {
  const flags = k.O_PATH | k.O_DIRECTORY | k.O_CLOEXEC;
  const directory = openat2(k.AT_FDCWD, path, { flags, resolve: RESOLVE_NO_SYMLINKS });
  return [directory, close(directory)];
});
