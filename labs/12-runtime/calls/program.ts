import { close, execve, open, write } from '../../../src/kernel/calls/index.js';
import { O_CLOEXEC, O_WRONLY } from '../../../src/kernel/constants.js';
import { FIRST_FREE, mayFail, type Syscall } from '../../../src/kernel/syscall.js';
import type { Spec } from '../../../src/oci/spec.js';
import { execInit } from '../../01-pid-namespace/calls/init.js';

const DEFAULT_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** With `--init` PID 1 is tslab's init. The specification has no word for that: Docker puts its own before the program. */
export const INIT = 'io.tslab.init';

/** Directories below which alone a program may write, with colons between. */
export const LANDLOCK = 'io.tslab.landlock';

/** Becomes the program; with `--init` an init that starts it. That is made first, a file in memory: the last call becomes it. */
export function runProgram({ process: { args, env = [] }, annotations }: Spec): Record<'init' | 'program', Syscall[]> {
  if (annotations?.[INIT] !== 'true') return { init: [], program: execvp(args, env) };
  const calls = execInit(candidates(args[0] ?? '', env), args, env);
  return { init: calls.slice(0, -1), program: calls.slice(-1) };
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

export const OOM_SCORE_FILE = '/proc/self/oom_score_adj';

/**
 * How readily the kernel kills the program when the machine's memory runs out, -1000 to 1000 (proc_pid_oom_score_adj(5)); its children
 * inherit it. What is written counts for all processes that share a memory (__set_oom_adj() in fs/proc/base.c), so not while that is tslab's.
 * A value below one's own takes CAP_SYS_RESOURCE, so before that is given up.
 */
export function setOomScore(adjustment: number): Syscall[] {
  return [open(OOM_SCORE_FILE, O_WRONLY | O_CLOEXEC), write(FIRST_FREE, `${adjustment}`), close(FIRST_FREE)];
}
