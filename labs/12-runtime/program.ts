import type { ProcessConfig } from '../../src/container/config.js';
import { chdir, execve, mkdir, umask } from '../../src/kernel/calls.js';
import { mayFail, type Syscall } from '../../src/kernel/syscall.js';

const DEFAULT_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** Goes to the working directory, which is made where it is missing, and becomes the program. */
export function runProgram({ process }: { process: ProcessConfig }): Syscall[] {
  return [umask(0o022), ...workingDirectory(process.cwd), ...execvp(process.args, process.env)];
}

// #region execvp
/** execvp(3) as calls: a name without a slash is tried in each directory of PATH, and the first execve(2) that succeeds never returns. */
export function execvp(args: readonly string[], env: readonly string[]): Syscall[] {
  const [name = ''] = args;
  if (name.includes('/')) return [execve(name, args, env)];
  const attempts = searchPath(env).map((directory) => execve(`${directory}/${name}`, args, env));
  return [...attempts.slice(0, -1).map(mayFail), ...attempts.slice(-1)];
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
