import { existsSync, renameSync } from 'node:fs';
import { basename, join } from 'node:path';
import { errorCode } from '../kernel/errors/errno.js';
import { notWritable, stateDirectory } from './directories.js';

/**
 * Moves what cannot be read out of the way, to where a person can look at it. Returns the new path. What lay there under that name
 * stays. Throws UserError (3) where it cannot be moved.
 */
export function putAside(path: string): string {
  try {
    return move(path, join(stateDirectory('quarantine'), basename(path)));
  } catch (error) {
    // /run is another file system than /var.
    if (errorCode(error) === 'EXDEV') return move(path, `${path}.aside`);
    throw notWritable(path, error);
  }
}

function move(path: string, to: string): string {
  const free = freeName(to);
  renameSync(path, free);
  return free;
}

function freeName(path: string): string {
  for (let count = 1, free = path; ; count++, free = `${path}.${count}`) if (!existsSync(free)) return free;
}
