import { closeSync, openSync } from 'node:fs';
import { callUntraced } from '../../kernel/call.js';
import { fallocate } from '../../kernel/calls/index.js';
import { FALLOC_FL_KEEP_SIZE, FALLOC_FL_PUNCH_HOLE } from '../../kernel/constants.js';

/**
 * Gives the head of a file, up to an offset, back to the disk (fallocate(2)): ext4, xfs, btrfs, tmpfs and overlayfs can. It reads as zeros from then
 * on, and no offset changes, so whoever writes or reads goes on. Returns a negative errno where it cannot be (EOPNOTSUPP): the file is only
 * larger then.
 */
export function giveBack(path: string, end: number): number {
  const fd = openSync(path, 'r+');
  try {
    return callUntraced(fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, { offset: 0, length: end }));
  } finally {
    closeSync(fd);
  }
}
