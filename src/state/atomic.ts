import { closeSync, fstatSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { errorCode } from '../kernel/errors/errno.js';

/**
 * Replaces a file so that a reader, also one after a crash, sees all of the old text or all of the new. Throws node's errors
 * (ENOSPC). One that is not `durable` may be empty after the machine's own crash, and spares the wait for the disk.
 */
export function writeAtomically(path: string, text: string, durable = true): void {
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    writeWhole(temporary, Buffer.from(text), { flags: 'w', durable });
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

/** Writes a file that is not there yet, in a directory that nobody reads yet. `durable` as above. */
export function writeNew(path: string, text: string, durable = true): void {
  writeWhole(path, Buffer.from(text), { flags: 'wx', durable });
}

/**
 * The same as {@link writeAtomically} for what must be written on a full disk too: there it goes over the old text, whose blocks are ours already. It ends
 * in spaces then where it is shorter. One write(2) is as near to atomic as that can be.
 */
export function writeInAnyCase(path: string, text: string, durable = true): void {
  try {
    writeAtomically(path, text, durable);
  } catch (error) {
    if (!['ENOSPC', 'EDQUOT'].includes(errorCode(error) ?? '')) throw error;
    writeWhole(path, Buffer.from(text), { flags: 'r+', durable });
  }
}

function writeWhole(
  path: string,
  text: Uint8Array,
  { flags, durable }: { flags: 'w' | 'wx' | 'r+'; durable: boolean },
): void {
  const fd = openSync(path, flags, 0o600);
  try {
    const bytes = Buffer.alloc(Math.max(text.length, fstatSync(fd).size), ' ');
    bytes.set(text);
    writeSync(fd, bytes);
    if (durable) fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}
