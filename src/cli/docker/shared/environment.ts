import { closeSync, openSync, readFileSync, statSync } from 'node:fs';
import { availableParallelism, hostname } from 'node:os';
import { usualNetwork } from '../../../container/network/usual.js';
import type { Caller } from '../../../docker/options/run.js';
import { UserError } from '../../../kernel/errors/user-error.js';
import { nodePath } from '../../../kernel/files/file-names.js';
import { readUpTo } from '../../../kernel/files/regular-file.js';
import { ownDirectory, ownEnvironment } from '../../../kernel/own-words.js';

/** A program's arguments and variables together have at most 6 MiB, whatever the stack's limit is (execve(2)). */
const ENV_FILE_LIMIT = 6 * 2 ** 20;

/** What the options of a process depend on here. Throws UserError (2) where a file of `--env-file` or `--label-file` cannot be read. */
export function readEnvironment(envFiles: readonly string[] = [], labelFiles: readonly string[] = []): Caller {
  return {
    environment: ownEnvironment(),
    envFiles: envFiles.map((path) => readLines('--env-file', path)),
    labelFiles: labelFiles.map((path) => readLines('--label-file', path)),
    cwd: ownDirectory(),
    cpuCount: availableParallelism(),
    network: usualNetwork(),
    hostname: hostname(),
  };
}

/** Bytes that are no UTF-8 are refused, as docker does, rather than replaced. */
function readLines(option: string, path: string): string {
  try {
    const file = nodePath(path);
    if (option === '--env-file' && !statSync(file).isFile() && !isBehindDashes())
      throw new Error('node has read it already, as it does behind `node tslab.cjs`; start `tslab` itself');
    return new TextDecoder('utf-8', { fatal: true }).decode(readWhole(file));
  } catch (error) {
    const reason = (error as Error).message;
    throw new UserError(`${option} ${path}: ${reason}`, 2, 'Name a file with lines such as NAME=VALUE.');
  }
}

/** Also of a pipe, as `<(…)` gives. */
function readWhole(file: string | Buffer): Buffer {
  const fd = openSync(file, 'r');
  try {
    return readUpTo(fd, 'it', ENV_FILE_LIMIT);
  } finally {
    closeSync(fd);
  }
}

/** Node takes `--env-file` for its own, unless `--` stands before its script, as in our launcher (rolldown.config.ts). */
function isBehindDashes(): boolean {
  const words = readFileSync('/proc/self/cmdline', 'utf8').split('\0').slice(0, -1);
  const script = words.length - (process.argv.length - 1);
  return words[script - 1] === '--';
}
