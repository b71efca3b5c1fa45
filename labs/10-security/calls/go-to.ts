import { fchdir } from '../../../src/kernel/calls/index.js';
import { openat2, RESOLVE_NO_MAGICLINKS } from '../../../src/kernel/calls/mount-api.js';
import { AT_FDCWD, O_CLOEXEC, O_DIRECTORY, O_PATH } from '../../../src/kernel/constants.js';
import type { Descriptor, Syscall } from '../../../src/kernel/syscall.js';

// #region go-to
/**
 * Goes to a directory whose path a stranger has chosen, and whose links the image has. chdir(2) would follow magic links
 * (proc(5)): /proc/self/fd/0 may be a directory of the host, and close-on-exec comes too late (CVE-2024-21626).
 */
export function goTo(path: string): Syscall[] {
  const directory = openDirectory(AT_FDCWD, path);
  return [directory, fchdir(directory)];
}

export function openDirectory(from: Descriptor, path: string): Syscall {
  return openat2(from, path, { flags: O_PATH | O_DIRECTORY | O_CLOEXEC, resolve: RESOLVE_NO_MAGICLINKS });
}
// #endregion

/** Whether it is a call of {@link goTo}. */
export function goesTo({ name, args: [, , how] }: Syscall): boolean {
  return name === 'fchdir' || (name === 'openat2' && how?.kind === 'bytes' && how.text.includes(ONLY_NO_MAGICLINKS));
}

const ONLY_NO_MAGICLINKS = 'resolve=RESOLVE_NO_MAGICLINKS}';
