import { errnoMeaning, errnoName, errorCode } from '../errors/errno.js';
import { UserError } from '../errors/user-error.js';

/** A file that could not be copied, and the errno's name. */
export class CopyError extends UserError {
  constructor(
    message: string,
    readonly errno: string,
  ) {
    super(message, 2);
  }
}

/** The kernel's error about a path, in words. */
export function errnoError(errno: number | string, path: string): CopyError {
  const name = typeof errno === 'number' ? errnoName(errno) : errno;
  const meaning = typeof errno === 'number' ? errnoMeaning(errno) : (MEANING[name] ?? 'refused by the kernel');
  return new CopyError(`${path}: ${name}: ${meaning}`, name);
}

const MEANING: Readonly<Record<string, string>> = {
  ELOOP: 'a symbolic link where none is followed, or a loop of them',
  EROFS: 'it is mounted read-only (tslab run --read-only, or a volume with :ro)',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EACCES: 'this user may not do that',
  EPERM: 'this user may not do that',
  ENOENT: 'no such file or directory',
  ENOTDIR: 'not a directory',
  ENAMETOOLONG: 'the name is too long',
  EBUSY: 'something is mounted there',
  EMFILE: 'this process may not open more files: raise ulimit -n',
  ESTALE: 'it was moved meanwhile',
};

/** Does some work on a file; errors of the kernel name it by `shown`, the path as the user wrote it. */
export function explaining<T>(place: { readonly shown: string }, work: () => T): T {
  try {
    return work();
  } catch (error) {
    const errno = error instanceof CopyError ? undefined : errorCode(error);
    throw errno === undefined ? error : errnoError(errno, place.shown);
  }
}
