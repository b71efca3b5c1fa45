import { realpathSync, statSync } from 'node:fs';
import { errorCode } from '../kernel/errors/errno.js';
import { UserError } from '../kernel/errors/user-error.js';
import { nodePath, textOf } from '../kernel/files/file-names.js';
import { type Step, walk } from './walk.js';

/** The absolute path of a root filesystem that the user brought (`--rootfs DIR`). Throws a UserError where it cannot serve as one. */
export function checkOwn(directory: string): string {
  const path = existing(directory);
  if (!statSync(nodePath(path)).isDirectory()) throw unfit(`${directory} is not a directory.`);
  const shell = findShell(path);
  if (typeof shell === 'string') throw unfit(`${directory} has no shell: ${shell}.`);
  return path;
}

function existing(directory: string): string {
  try {
    if (directory !== '') return textOf(realpathSync.native(nodePath(directory), 'buffer'));
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw unfit(`${directory} cannot be reached: ${reason(error)}.`);
  }
  throw unfit(`"${directory}" does not exist.`);
}

/** The shell as a process inside would find it, or the reason why not. */
function findShell(root: string): Step | string {
  try {
    const steps = walk(root, '/bin/sh');
    const shell = steps.at(-1);
    if (!shell?.stats.isFile()) return '/bin/sh is not a file';
    return shell.stats.mode & 0o111 ? shell : `${shell.path} is not executable`;
  } catch (error) {
    return `/bin/sh is not there (looked for inside, where an absolute link starts at ${root}): ${reason(error)}`;
  }
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function unfit(what: string): UserError {
  const remedy = 'Name a directory that holds bin/sh and what it needs, or leave --rootfs out: tslab builds one then.';
  return new UserError(`--rootfs: ${what}`, 2, remedy);
}
