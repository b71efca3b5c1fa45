import { join } from 'node:path';
import { UserError } from '../kernel/errors/user-error.js';

/** A directory that remains, since something in it cannot be removed. A later sweep tries again. */
export class NotRemoved extends UserError {
  constructor(message: string) {
    super(message, 3);
  }
}

/** What the kernel does not remove: its path below the directory, and the errno's name. */
export interface Kept {
  readonly path: string;
  readonly errno: string;
}

/** Describes what a removal in `parent` has left. */
export function keptByKernel(parent: string, kept: readonly Kept[]): NotRemoved {
  const [first] = kept as [Kept];
  const more = kept.length > 1 ? ` (and ${kept.length - 1} more)` : '';
  const why = REASON[first.errno] ?? 'the kernel refuses that';
  return new NotRemoved(`${shortened(join(parent, first.path))} cannot be removed: ${first.errno}: ${why}${more}`);
}

const REASON: Readonly<Record<string, string>> = {
  EPERM: 'it is immutable or append-only (lsattr shows it, chattr -i -a takes that away), or belongs to another user',
  EACCES: 'this user may not do that',
  EXDEV: 'something is mounted there: umount it',
  EBUSY: 'something is mounted there: umount it',
  EROFS: 'the file system is read-only',
  EMFILE: 'this process may not open more files: raise ulimit -n',
};

/** The most characters of a path that are shown: its start, and the names at its end. */
const SHOWN = 600;

function shortened(path: string): string {
  return path.length <= SHOWN ? path : `${path.slice(0, SHOWN / 2)}…${path.slice(-SHOWN / 2)}`;
}
