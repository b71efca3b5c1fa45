import { closeSync } from 'node:fs';
import { constants } from 'node:os';
import { callUntraced } from '../call.js';
import { openat2, RESOLVE_IN_ROOT, RESOLVE_NO_MAGICLINKS } from '../calls/mount-api.js';
import { O_CLOEXEC, O_PATH } from '../constants.js';
import { errnoName } from '../errors/errno.js';
import { NotReadable, readOpened } from './regular-file.js';

/** How often openat2(2) is tried again after EAGAIN: a directory of the path was renamed meanwhile. */
const ATTEMPTS = 100;

/**
 * Opens a path as a process would whose root directory is `root` (a descriptor): neither `..` nor a symbolic link leads out of
 * it, and magic links (/proc/PID/root, /proc/self/fd/N) are refused. Returns a descriptor, or a negative errno.
 */
export function openInside(root: number, path: string, flags: number): number {
  const how = { flags: flags | O_CLOEXEC, resolve: RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS };
  let fd = -constants.errno.EAGAIN;
  for (let attempt = 0; attempt < ATTEMPTS && fd === -constants.errno.EAGAIN; attempt++) {
    fd = callUntraced(openat2(root, path, how));
  }
  return fd;
}

/**
 * The bytes of a file below `root`, at most `limit` of them; undefined where there is none. Throws {@link NotReadable}, which
 * calls the file `shown`.
 */
export function readInside(root: number, path: string, { limit, shown }: Shown): Buffer | undefined {
  const fd = openInside(root, path, O_PATH);
  if (fd === -constants.errno.ENOENT || fd === -constants.errno.ENOTDIR) return undefined;
  if (fd < 0) throw new NotReadable(`${shown} cannot be opened: ${errnoName(-fd)}`);
  return readAndClose(fd, { limit, shown });
}

/** How much may be read, and what the file is called in errors. */
export interface Shown {
  readonly limit: number;
  readonly shown: string;
}

/** Reads and closes a descriptor (O_PATH). Throws {@link NotReadable} for any error. */
export function readAndClose(fd: number, { limit, shown }: Shown): Buffer {
  try {
    return readOpened(fd, shown, limit);
  } catch (error) {
    if (error instanceof NotReadable) throw error;
    throw new NotReadable(`${shown} cannot be read: ${(error as NodeJS.ErrnoException).code ?? error}`);
  } finally {
    closeSync(fd);
  }
}
