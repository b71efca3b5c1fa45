import type { ProcessConfig } from '../../src/container/config.js';
import { chdir, execve, mkdir, umask } from '../../src/kernel/calls.js';
import { mayFail, type Syscall } from '../../src/kernel/syscall.js';
import { execInit } from './init/init.js';

const DEFAULT_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** Goes to the working directory, which is made where it is missing, and becomes the program. */
export function runProgram({ process, init }: { process: ProcessConfig; init: boolean }): Syscall[] {
  const { args, env, cwd } = process;
  const become = init ? execInit(candidates(args, env), args, env) : execvp(args, env);
  return [umask(0o022), ...workingDirectory(cwd), ...become];
}

// #region execvp
/** execvp(3) as calls: a name without a slash is tried in each directory of PATH, and the first execve(2) that succeeds never returns. */
export function execvp(args: readonly string[], env: readonly string[]): Syscall[] {
  const attempts = candidates(args, env).map((path) => execve(path, args, env));
  return [...attempts.slice(0, -1).map(mayFail), ...attempts.slice(-1)];
}

/** Where the program may be. */
function candidates([name = '']: readonly string[], env: readonly string[]): string[] {
  return name.includes('/') ? [name] : searchPath(env).map((directory) => `${directory}/${name}`);
}
// #endregion

function searchPath(env: readonly string[]): string[] {
  const path = env.findLast((entry) => entry.startsWith('PATH='))?.slice('PATH='.length);
  return (path || DEFAULT_PATH).split(':').map((directory) => directory || '.');
}

function workingDirectory(cwd: string): Syscall[] {
  const names = cwd.split('/').filter(Boolean);
  const made = names.map((_, i) => mayFail(mkdir(`/${names.slice(0, i + 1).join('/')}`, 0o755)));
  return [...made, chdir(cwd)];
}
