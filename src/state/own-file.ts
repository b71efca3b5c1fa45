import { openSync } from 'node:fs';
import { lookAt, lookBehind } from './look.js';
import { putAside } from './quarantine.js';

/**
 * Opens a file of our own to be appended to (`a`) or read and written (`a+`), and makes it where it is missing. What lies in its
 * place and is no file (a FIFO, for which open(2) would wait; a directory) is moved aside first. Throws node's errors, UserError (3).
 */
export function openOwnFile(path: string, flags: 'a' | 'a+' = 'a'): number {
  if (!isFileOrNothing(path)) putAside(path);
  return openSync(path, flags, 0o600);
}

function isFileOrNothing(path: string): boolean {
  const target = lookBehind(path);
  return target ? target.isFile() : lookAt(path) === undefined;
}
