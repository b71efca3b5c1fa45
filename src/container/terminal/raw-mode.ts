import { rawTermios, readTermios, writeTermios } from '../../kernel/terminal/termios.js';
import { guardTerminal } from './guard.js';

/**
 * Puts a terminal into raw mode. Returns the function that restores it; that also happens when this process ends by an exception or
 * by exit(), and a guard does it after a SIGKILL.
 */
export function rawMode(fd: number): () => void {
  const before = readTermios(fd);
  if (!before) return () => {};
  const dismiss = guardTerminal(fd, before);
  const enter = () => writeTermios(fd, rawTermios(before));
  const restore = () => {
    dismiss();
    process.off('exit', restore).off('SIGCONT', enter);
    writeTermios(fd, before);
  };
  // A shell restores its own settings when it stops us: after `fg` raw mode is set again.
  process.on('exit', restore).on('SIGCONT', enter);
  enter();
  return restore;
}
