import { close, mkdirat, umask } from '../../../src/kernel/calls/index.js';
import { AT_FDCWD } from '../../../src/kernel/constants.js';
import { mayFail, type Syscall } from '../../../src/kernel/syscall.js';
import { goTo, openDirectory } from '../../10-security/calls/go-to.js';

// #region working-directory
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
// #endregion
