import { closeSync } from 'node:fs';
import { execvp } from '../../../labs/12-runtime/calls/program.js';
import { call } from '../../kernel/call.js';
import { chdir, fcntl, setsid } from '../../kernel/calls/index.js';
import { F_DUPFD_CLOEXEC } from '../../kernel/constants.js';
import { start } from '../../kernel/process.js';
import type { StdioChoice } from '../../kernel/stdio.js';
import type { Syscall } from '../../kernel/syscall.js';
import { rawTermios, sttyWords } from '../../kernel/terminal/termios.js';

/**
 * Waits for the end of its input, which is our death, and gives the terminal its settings back: unless somebody has changed
 * them already, as an interactive shell does whose command was killed.
 */
const GIVE_BACK = 'exec 3<&1; read x; [ "$(stty -g <&3)" != "$1" ] || stty "$2" <&3';

/** Its directory is that of a process in /proc, in which nothing is any more when that has ended: also where its pid is another's then. */
const KILL = 'read x; [ -e stat ] && kill -9 "$1"';

/** For our end by SIGKILL, which runs no code: a shell of the host that knows the settings. Returns the function that ends it. */
export function guardTerminal(fd: number, before: Uint8Array): () => void {
  // Ours is 0, where the child gets its pipe first.
  const terminal = call(fcntl(fd, F_DUPFD_CLOEXEC, 3));
  const words = [sttyWords(rawTermios(before)), sttyWords(before)];
  const dismiss = guard([], [GIVE_BACK, 'sh', ...words], terminal);
  closeSync(terminal);
  return dismiss;
}

/**
 * Kills a program of a container when we die, as PR_SET_PDEATHSIG does, which only the program itself could cancel, and which it has not where a
 * person may leave it. Returns the function that ends the guard: the program goes on then.
 */
export function guardProgram(pid: number): () => void {
  return guard([chdir(`/proc/${pid}`)], [KILL, 'sh', String(pid)], 'null');
}

/** A shell that waits for our death. In a session of its own, so that no SIGTTOU stops it. */
function guard(first: readonly Syscall[], words: readonly string[], output: StdioChoice): () => void {
  const calls = [setsid(), ...first, ...execvp(['sh', '-c', ...words], [`PATH=${process.env.PATH ?? ''}`])];
  const { pid, stdin, exited } = start({ calls, stdio: ['pipe', output, 'null'], outlives: true });
  stdin?.unref().on('error', () => {});
  let ended = false;
  void exited.then(() => (ended = true));
  return () => {
    if (!ended) process.kill(pid, 'SIGKILL');
  };
}
