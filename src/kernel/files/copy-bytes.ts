import { fstatSync, ftruncateSync, readSync, writeSync } from 'node:fs';
import { callUntraced } from '../call.js';
import { lseek, SEEK_DATA, SEEK_HOLE } from '../calls/index.js';
import { writeAll } from './write-all.js';

/** Copies all bytes of an open file into a new one. Holes stay holes: a container can make a file of terabytes that takes no room. Returns the number of bytes. */
export function copyBytes(source: number, target: number): number {
  const { size, blocks } = fstatSync(source);
  if (blocks * BLOCK >= size) return copyToEnd(source, target);
  let at = next(source, 0, SEEK_DATA);
  while (at >= 0) {
    const hole = next(source, at, SEEK_HOLE);
    copyRange(source, target, { at, end: hole });
    at = next(source, hole, SEEK_DATA);
  }
  ftruncateSync(target, size);
  return size;
}

/** The unit of st_blocks: inode(7). */
const BLOCK = 512;

/** Files that the kernel generates, as in /proc, have size 0, and are read to their end. */
function copyToEnd(source: number, target: number): number {
  let bytes = 0;
  for (let count = readSync(source, BUFFER); count > 0; count = readSync(source, BUFFER)) {
    writeAll(target, BUFFER.subarray(0, count));
    bytes += count;
  }
  return bytes;
}

/** A negative errno where there is none. */
function next(fd: number, offset: number, what: number): number {
  return callUntraced(lseek(fd, offset, what));
}

/** The file may have become shorter meanwhile. */
function copyRange(source: number, target: number, { at, end }: { at: number; end: number }): void {
  let position = at;
  while (position < end) {
    const count = readSync(source, BUFFER, 0, Math.min(BUFFER.length, end - position), position);
    if (count === 0) return;
    position += writeSync(target, BUFFER, 0, count, position);
  }
}

const BUFFER = Buffer.alloc(1 << 20);
