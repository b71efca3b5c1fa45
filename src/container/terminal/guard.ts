import { closeSync } from 'node:fs';
import { execvp } from '../../../labs/12-runtime/calls/program.js';
import { call } from '../../kernel/call.js';
import { fcntl, setsid } from '../../kernel/calls/index.js';
import { F_DUPFD_CLOEXEC } from '../../kernel/constants.js';
import { start } from '../../kernel/process.js';
import { rawTermios, sttyWords } from '../../kernel/terminal/termios.js';

/**
 * Waits for the end of its input, which is our death, and gives the terminal its settings back: unless somebody has changed
 * them already, as an interactive shell does whose command was killed. In a session of its own, so no SIGTTOU stops it.
 */
const GIVE_BACK = 'exec 3<&1; read x; [ "$(stty -g <&3)" != "$1" ] || stty "$2" <&3';

/** For our end by SIGKILL, which runs no code: a shell of the host that knows the settings. Returns the function that ends it. */
export function guardTerminal(fd: number, before: Uint8Array): () => void {
  const args = ['sh', '-c', GIVE_BACK, 'sh', sttyWords(rawTermios(before)), sttyWords(before)];
  const calls = [setsid(), ...execvp(args, [`PATH=${process.env.PATH ?? ''}`])];
  // Ours is 0, where the child gets its pipe first.
  const terminal = call(fcntl(fd, F_DUPFD_CLOEXEC, 3));
  const { pid, stdin, exited } = start({ calls, stdio: ['pipe', terminal, 'null'], outlives: true });
  closeSync(terminal);
  stdin?.unref().on('error', () => {});
  let ended = false;
  void exited.then(() => (ended = true));
  return () => {
    if (!ended) process.kill(pid, 'SIGKILL');
  };
}
