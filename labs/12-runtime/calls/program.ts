import type { ContainerConfig } from '../../../src/container/record.js';
import { execve } from '../../../src/kernel/calls/index.js';
import { mayFail, type Syscall } from '../../../src/kernel/syscall.js';
import { execInit } from '../../01-pid-namespace/calls/init.js';
import type { Identity } from './user.js';

const DEFAULT_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** Becomes the program; with `--init` an init that starts it. */
export function runProgram({ process, init }: ContainerConfig, identity: Identity): Syscall[] {
  const env = withHome(process.env, identity);
  return init ? execInit(candidates(process.args[0] ?? '', env), process.args, env) : execvp(process.args, env);
}

// #region execvp
/** execvp(3) as calls: a name without a slash is tried in each directory of PATH, and the first execve(2) that succeeds never returns. */
export function execvp(args: readonly string[], env: readonly string[]): Syscall[] {
  const attempts = candidates(args[0] ?? '', env).map((path) => execve(path, args, env));
  return [...attempts.slice(0, -1).map(mayFail), ...attempts.slice(-1)];
}
// #endregion

/** The environment with a HOME, where it has none: that of the user in /etc/passwd. */
export function withHome(env: readonly string[], { home }: Identity): readonly string[] {
  return env.some((variable) => variable.startsWith('HOME=')) ? env : [...env, `HOME=${home}`];
}

/** Where a program may be, in the order in which it is looked for. */
function candidates(name: string, env: readonly string[]): string[] {
  if (name.includes('/')) return [name];
  const path = env.findLast((entry) => entry.startsWith('PATH='))?.slice('PATH='.length);
  const directories = (path || DEFAULT_PATH).split(':').map((directory) => directory || '.');
  return directories.map((directory) => `${directory}/${name}`);
}
