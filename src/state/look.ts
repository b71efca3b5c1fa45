import { lstatSync, type Stats, statSync } from 'node:fs';
import { errnoName } from './not-writable.js';

/** What is at a path, a symbolic link not followed; undefined where nothing is, or part of the path is no directory. */
export function lookAt(path: string): Stats | undefined {
  return unlessNothing(() => lstatSync(path));
}

/** What a path leads to; undefined where it leads to nothing: also where links go round. */
export function lookBehind(path: string): Stats | undefined {
  return unlessNothing(() => statSync(path));
}

/** With `throwIfNoEntry` node returns undefined for ENOENT alone. */
function unlessNothing(look: () => Stats): Stats | undefined {
  try {
    return look();
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'ELOOP'].includes(errnoName(error) ?? '')) return undefined;
    throw error;
  }
}
