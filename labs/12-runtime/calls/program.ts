import { execve } from '../../../src/kernel/calls/index.js';
import { mayFail, type Syscall } from '../../../src/kernel/syscall.js';
import type { Spec } from '../../../src/oci/spec.js';
import { execInit } from '../../01-pid-namespace/calls/init.js';

const DEFAULT_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** With `--init` PID 1 is tslab's init. The specification has no word for that: Docker puts its own before the program. */
export const INIT = 'io.tslab.init';

/** Becomes the program; with `--init` an init that starts it. */
export function runProgram({ process: { args, env = [] }, annotations }: Spec): Syscall[] {
  return annotations?.[INIT] === 'true' ? execInit(candidates(args[0] ?? '', env), args, env) : execvp(args, env);
}

// #region execvp
/** execvp(3) as calls: a name without a slash is tried in each directory of PATH, and the first execve(2) that succeeds never returns. */
export function execvp(args: readonly string[], env: readonly string[]): Syscall[] {
  const attempts = candidates(args[0] ?? '', env).map((path) => execve(path, args, env));
  return [...attempts.slice(0, -1).map(mayFail), ...attempts.slice(-1)];
}
// #endregion

/** Where a program may be, in the order in which it is looked for. */
function candidates(name: string, env: readonly string[]): string[] {
  if (name.includes('/')) return [name];
  const path = env.findLast((entry) => entry.startsWith('PATH='))?.slice('PATH='.length);
  const directories = (path || DEFAULT_PATH).split(':').map((directory) => directory || '.');
  return directories.map((directory) => `${directory}/${name}`);
}
