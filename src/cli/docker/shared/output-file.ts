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

/** Throws UserError, in docker's words (docker/cli, command/utils.go), where it is a terminal, or in no directory. */
export function checkOutput({ path, failure, example }: Output): void {
  if (path === undefined && isatty(STDOUT))
    throw new UserError('cowardly refusing to save to a terminal. Use the -o flag or redirect', 1, example);
  const directory = dirname(path ?? '.');
  if (statSync(directory, { throwIfNoEntry: false })?.isDirectory()) return;
  const message = `${failure}: invalid output path: directory ${JSON.stringify(directory)} does not exist`;
  throw new UserError(message, 1, `mkdir -p ${directory}`);
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
