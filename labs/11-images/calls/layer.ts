import { chdir, chroot, close, mkdir, open, symlink, umask, write } from '../../../src/kernel/calls/index.js';
import * as k from '../../../src/kernel/constants.js';
import type { Syscall } from '../../../src/kernel/syscall.js';

// #region enter-layer
/**
 * How each list begins that unpacks: the layer's directory is the root of the process, so that no name and no link of an archive leads out
 * of it. The rest of the list needs no care (src/image/layer/batch.ts).
 */
export function enterLayer(directory: string): Syscall[] {
  return [chroot(directory), chdir('/'), umask(0)];
}
// #endregion

// #region members
export function makeDirectory(path: string): Syscall[] {
  return [mkdir(path, 0o755)];
}

export function makeLink(path: string, target: string): Syscall[] {
  return [symlink(target, path)];
}

/** As programs do that believe an archive: what is there already is followed, and overwritten. */
export function makeFile(path: string, text: string): Syscall[] {
  const file = open(path, k.O_WRONLY | k.O_CREAT | k.O_TRUNC | k.O_CLOEXEC, 0o644);
  return [file, write(file, text), close(file)];
}
// #endregion
