import { close, fchdir, mkdirat, umask } from '../../../src/kernel/calls/index.js';
import { openat2, RESOLVE_NO_MAGICLINKS } from '../../../src/kernel/calls/mount-api.js';
import { AT_FDCWD, O_CLOEXEC, O_DIRECTORY, O_PATH } from '../../../src/kernel/constants.js';
import { type Descriptor, mayFail, type Syscall } from '../../../src/kernel/syscall.js';

// #region working-directory
/**
 * Goes to a directory whose path a stranger has chosen, and whose links the image has. chdir(2) would follow magic links
 * (proc(5)): /proc/self/fd/0 may be a directory of the host, and close-on-exec comes too late (CVE-2024-21626).
 */
export function goTo(path: string): Syscall[] {
  const directory = openDirectory(AT_FDCWD, path);
  return [directory, fchdir(directory)];
}

/**
 * Makes it where it is missing and goes there, as Docker does: before the root is read-only, and while we are root, so that it may be
 * one that the program's user cannot enter. The umask is Docker's, whatever that of the caller is.
 */
export function workingDirectory(path: string): Syscall[] {
  return [umask(0o022), ...makeDirectory(path), ...goTo(path)];
}

function makeDirectory(path: string): Syscall[] {
  const names = path.split('/').filter(Boolean);
  if (names.length === 0) return [];
  let parent = mayFail(openDirectory(AT_FDCWD, '/'));
  const calls = [parent];
  for (const name of names) {
    const made = mayFail(mkdirat(parent, name, 0o755));
    const next = mayFail(openDirectory(parent, name));
    calls.push(made, next, mayFail(close(parent)));
    parent = next;
  }
  return [...calls, mayFail(close(parent))];
}

function openDirectory(from: Descriptor, path: string): Syscall {
  return openat2(from, path, { flags: O_PATH | O_DIRECTORY | O_CLOEXEC, resolve: RESOLVE_NO_MAGICLINKS });
}
// #endregion

/** Whether it is a call of {@link goTo}. */
export function goesTo({ name, args: [, , how] }: Syscall): boolean {
  return name === 'fchdir' || (name === 'openat2' && how?.kind === 'bytes' && how.text.includes(ONLY_NO_MAGICLINKS));
}

const ONLY_NO_MAGICLINKS = 'resolve=RESOLVE_NO_MAGICLINKS}';
