import { lstatSync, type Stats, statSync } from 'node:fs';
import { errorCode } from '../kernel/errors/errno.js';

/** What is at a path, a symbolic link not followed; undefined where nothing is, or part of the path is no directory. */
export function lookAt(path: string): Stats | undefined {
  return unlessNothing(() => lstatSync(path));
}

/** What a path leads to; undefined where that does not exist, or links form a loop. */
export function lookBehind(path: string): Stats | undefined {
  return unlessNothing(() => statSync(path));
}

/** With `throwIfNoEntry` node returns undefined for ENOENT alone. */
function unlessNothing(look: () => Stats): Stats | undefined {
  try {
    return look();
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'ELOOP'].includes(errorCode(error) ?? '')) return undefined;
    throw error;
  }
}
