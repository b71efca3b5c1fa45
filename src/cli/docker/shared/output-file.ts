import { statSync } from 'node:fs';
import { dirname } from 'node:path';
import { isatty } from 'node:tty';
import { errorCode } from '../../../kernel/errors/errno.js';
import { UserError } from '../../../kernel/errors/user-error.js';
import { explaining } from '../../../kernel/files/copy-error.js';
import { UnnamedFile } from '../../../kernel/files/unnamed-file.js';
import { machineTrouble } from '../../../state/not-writable.js';

const STDOUT = 1;

/** Where an archive goes, as `-o` says, and what is said where it cannot. */
export interface Output {
  /** Undefined: standard output. */
  readonly path: string | undefined;
  /** As docker says it: `failed to export container`. */
  readonly failure: string;
  /** A command line that works. */
  readonly example: string;
}

/** Throws UserError, in docker's words (docker/cli, command/utils.go), where it is a terminal, in no directory, or no file. */
export function checkOutput({ path, failure, example }: Output): void {
  if (path === undefined && isatty(STDOUT))
    throw new UserError('cowardly refusing to save to a terminal. Use the -o flag or redirect', 1, example);
  if (path === undefined) return;
  const invalid = (what: string, remedy: string) =>
    new UserError(`${failure}: invalid output path: ${what}`, 1, remedy);
  const directory = dirname(path);
  if (!statSync(directory, { throwIfNoEntry: false })?.isDirectory())
    throw invalid(`directory ${JSON.stringify(directory)} does not exist`, `mkdir -p ${directory}`);
  // The archive gets its name when it is whole, and what had the name is gone: for root also /dev/null.
  const there = statSync(path, { throwIfNoEntry: false });
  if (!there || there.isFile()) return;
  const remedy = there.isDirectory() ? example : `${example.replace(/ -o .*/, '')} > ${path}`;
  throw invalid(`${JSON.stringify(path)} must be a regular file`, remedy);
}

/** Writes to a descriptor, which errors call by `shown`. A file appears whole, under its own name, or not at all. */
export function writeOutput<T>(path: string | undefined, write: (fd: number, shown: string) => T): T {
  if (path === undefined) return write(STDOUT, 'standard output');
  return explaining({ shown: path }, () => {
    using file = newFile(path);
    const done = write(file.fd, path);
    file.name();
    return done;
  });
}

/** ENOSPC for a file that has no bytes yet is mostly a want of inodes, which is told then. */
function newFile(path: string): UnnamedFile {
  try {
    return new UnnamedFile(path);
  } catch (error) {
    const isFull = errorCode(error) === 'ENOSPC';
    throw (isFull && machineTrouble(Object.assign(new Error('ENOSPC'), { code: 'ENOSPC', path }))) || error;
  }
}
