import { existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { nodePath } from './file-names.js';

/**
 * Makes a directory, and those above it that are missing; `make` makes one. Node's recursive mkdir never returns below /proc, where every
 * mkdir(2) says ENOENT (Node 20). Throws what `make` throws.
 */
export function makeDirectories(path: string, make: (one: string) => void = (one) => mkdirSync(nodePath(one))): void {
  if (isDirectory(path)) return;
  if (!existsSync(nodePath(dirname(path)))) makeDirectories(dirname(path), make);
  try {
    make(path);
  } catch (error) {
    // Another process may have made it meanwhile; a file in its place is an error.
    if (!isDirectory(path)) throw error;
  }
}

function isDirectory(path: string): boolean {
  return statSync(nodePath(path), { throwIfNoEntry: false })?.isDirectory() ?? false;
}
