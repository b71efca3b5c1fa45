import { readFileSync, statSync } from 'node:fs';
import { availableParallelism, hostname } from 'node:os';
import type { Outside } from '../../container/options/run.js';
import { nodePath } from '../../kernel/file-names.js';
import { ownDirectory, ownEnvironment } from '../../kernel/own-words.js';
import { UserError } from '../../kernel/user-error.js';

/** What the options of a process depend on here. Throws UserError (2) where a file of `--env-file` cannot be read. */
export function outside(envFiles: readonly string[] = []): Outside {
  return {
    environment: ownEnvironment(),
    envFiles: envFiles.map(readEnvFile),
    cwd: ownDirectory(),
    cpuCount: availableParallelism(),
    hostname: hostname(),
  };
}

/** Bytes that are no UTF-8 are refused, as docker does, rather than replaced. */
function readEnvFile(path: string): string {
  try {
    const file = nodePath(path);
    if (!statSync(file).isFile() && !isBehindDashes())
      throw new Error('node has read it already, as it does behind `node tslab.cjs`; start `tslab` itself');
    return new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(file));
  } catch (error) {
    const reason = (error as Error).message;
    throw new UserError(`--env-file ${path}: ${reason}`, 2, 'Name a file with lines such as NAME=VALUE.');
  }
}

/** Node takes `--env-file` for its own, unless `--` stands before its script, as in our launcher (rolldown.config.ts). */
function isBehindDashes(): boolean {
  const words = readFileSync('/proc/self/cmdline', 'utf8').split('\0').slice(0, -1);
  const script = words.length - (process.argv.length - 1);
  return words[script - 1] === '--';
}
