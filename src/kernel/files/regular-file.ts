import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { O_CLOEXEC, O_NOCTTY, O_NONBLOCK, O_PATH, O_RDONLY } from '../constants.js';

/** What is there is not a regular file (a directory, FIFO, device or socket), or is too large. */
export class NotReadable extends Error {
  override readonly name = 'NotReadable';
}

/**
 * Reads a file that others may have replaced: in a container, an image or a state directory. It never
 * waits (a FIFO has no writer), opens no device (some act when they are opened), and reads at most `limit` bytes.
 *
 * Follows symbolic links, in the root of this process. Throws {@link NotReadable}, or node's errors (ENOENT, ELOOP).
 */
export function readRegularFile(path: string, limit: number): Buffer {
  const fd = openSync(path, O_PATH | O_CLOEXEC);
  try {
    return readOpened(fd, path, limit);
  } finally {
    closeSync(fd);
  }
}

/** The same for a file that is open already, as with O_PATH (open(2)). `path` is what it is called in errors. */
export function readOpened(fd: number, path: string, limit: number): Buffer {
  const stats = fstatSync(fd);
  if (!stats.isFile()) throw new NotReadable(`${path} is not a regular file`);
  if (stats.size > limit) throw tooLarge(path, limit);
  const readable = openSync(`/proc/self/fd/${fd}`, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
  try {
    return readUpTo(readable, path, limit, stats.size);
  } finally {
    closeSync(readable);
  }
}

/**
 * Reads an open file or pipe up to its end; waits for a pipe. Throws {@link NotReadable} beyond `limit` bytes.
 *
 * It asks for one byte more than its `size`: a file may have grown since, those of /proc have size 0, and /dev/zero has no end.
 */
export function readUpTo(fd: number, path: string, limit: number, size = 0): Buffer {
  let bytes = Buffer.allocUnsafe(Math.max(size + 1, FIRST));
  let length = 0;
  while (length <= limit) {
    if (length === bytes.length) bytes = Buffer.concat([bytes], 2 * length);
    const count = readSync(fd, bytes, length, Math.min(bytes.length, limit + 1) - length, null);
    if (count === 0) return bytes.subarray(0, length);
    length += count;
  }
  throw tooLarge(path, limit);
}

/** Bytes: most of these files are smaller. */
const FIRST = 2048;

function tooLarge(path: string, limit: number): NotReadable {
  return new NotReadable(`${path} has more than ${limit} bytes`);
}
