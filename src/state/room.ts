import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { notWritable } from './directories.js';

/** Bytes: more than a start writes into any one directory. */
const ENOUGH = 65_536;

/** Throws UserError (3) where nothing more can be written into a directory: the disk is full, has no free inode, or is read-only. */
export function requireRoom(directory: string): void {
  const trial = join(directory, `room.${process.pid}.tmp`);
  try {
    writeFileSync(trial, Buffer.alloc(ENOUGH), { mode: 0o600 });
  } catch (error) {
    throw notWritable(trial, error);
  } finally {
    rmSync(trial, { force: true });
  }
}
