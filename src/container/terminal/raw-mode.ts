import { rawTermios, readTermios, writeTermios } from '../../kernel/terminal/termios.js';
import { guardTerminal } from './guard.js';

/**
 * Puts a terminal into raw mode. The function that puts it back; that also happens when this process ends by an exception or
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
  // A shell puts its own settings back when it stops us: after `fg` they are to be made again.
  process.on('exit', restore).on('SIGCONT', enter);
  enter();
  return restore;
}
