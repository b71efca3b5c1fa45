import { fstatSync, ftruncateSync, readSync, writeSync } from 'node:fs';
import { callUntraced } from '../call.js';
import { lseek, SEEK_DATA, SEEK_HOLE } from '../calls/index.js';

/** Copies all bytes of an open file into a new one. Holes stay holes: a container can make a file of terabytes that takes no room. How many bytes. */
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

/** What the kernel makes up, as in /proc, has no size, and is read like this too. */
function copyToEnd(source: number, target: number): number {
  let bytes = 0;
  for (let count = readSync(source, BUFFER); count > 0; count = readSync(source, BUFFER)) {
    for (let written = 0; written < count; ) written += writeSync(target, BUFFER, written, count - written);
    bytes += count;
  }
  return bytes;
}

/** Negative where there is none. */
function next(fd: number, offset: number, what: number): number {
  return callUntraced(lseek(fd, offset, what));
}

/** It may end before that by now. */
function copyRange(source: number, target: number, { at, end }: { at: number; end: number }): void {
  let position = at;
  while (position < end) {
    const count = readSync(source, BUFFER, 0, Math.min(BUFFER.length, end - position), position);
    if (count === 0) return;
    position += writeSync(target, BUFFER, 0, count, position);
  }
}

const BUFFER = Buffer.alloc(1 << 20);
