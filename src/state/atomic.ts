import { closeSync, fstatSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { errorCode } from '../kernel/errors/errno.js';

/**
 * Replaces a file so that a reader, also one after a crash, sees all of the old text or all of the new. Throws node's errors
 * (ENOSPC). Without `durable` it does not wait for the disk, and the file may be empty after a crash of the machine.
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

/** Writes a new file in a directory that is not in use yet. `durable` as above. */
export function writeNew(path: string, text: string, durable = true): void {
  writeWhole(path, Buffer.from(text), { flags: 'wx', durable });
}

/**
 * As {@link writeAtomically}, but works on a full disk too: there it overwrites the old text, whose blocks are allocated already. The file ends
 * in spaces then where the new text is shorter. One write(2) is as near to atomic as possible there.
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
    const old = fstatSync(fd).size;
    writeSync(fd, old > text.length ? Buffer.concat([text, Buffer.alloc(old - text.length, ' ')]) : text);
    if (durable) fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}
