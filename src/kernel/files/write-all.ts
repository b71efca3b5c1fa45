import { writeSync } from 'node:fs';

/** Writes all of some bytes: write(2) may take a part of them. */
export function writeAll(fd: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at);
}
