/** Passes our standard input to a detached container. */

import { once } from 'node:events';
import { closeSync, constants, fstatSync, openSync } from 'node:fs';
import { Socket } from 'node:net';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { WriteStream } from 'node:tty';
import { errorCode } from '../../kernel/errors/errno.js';
import { UserError } from '../../kernel/errors/user-error.js';
import type { Container } from '../store/store.js';
import { masterOf } from '../supervisor/terminal-copier.js';
import { watchForDetach } from './detach-keys.js';
import { rawMode } from './raw-mode.js';

/** Our standard input, on its way into a container. `detached` resolves at Ctrl-P Ctrl-Q. */
export interface Input extends Disposable {
  readonly detached: Promise<unknown>;
  /** The reason why it cannot be written. */
  readonly problem?: string;
}

/** Connects our standard input with a detached container that was started with `-i`. Returns undefined where it takes none. Throws UserError (2) where its FIFO or terminal is damaged. */
export function openInput({ config: { process: program }, directory }: Container): Input | undefined {
  if (!program.interactive) return undefined;
  return program.tty ? intoTerminal(directory) : intoPipe(directory);
}

/** Holds the master too while attached, to write into it. */
function intoTerminal(directory: string): Input {
  const master = masterOf(directory);
  if (master === undefined) return intoNothing('the terminal of the container is gone: its holder was killed');
  const restore = rawMode(0);
  const input = connect(new WriteStream(master));
  return {
    detached: input.detached,
    [Symbol.dispose]() {
      input[Symbol.dispose]();
      restore();
    },
  };
}

/** The end of our input is not the end of the container's: others may attach later. */
function intoPipe(directory: string): Input {
  const fd = openPipe(join(directory, 'stdin'));
  if (fd === undefined) return intoNothing('the container has closed its standard input: nothing reaches it');
  return connect(new Socket({ fd, readable: false, writable: true }));
}

/** Undefined where nobody reads from it (ENXIO, fifo(7)). */
function openPipe(path: string): number | undefined {
  try {
    const fd = openSync(path, constants.O_WRONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW);
    if (fstatSync(fd).isFIFO()) return fd;
    closeSync(fd);
  } catch (error) {
    if (errorCode(error) === 'ENXIO') return undefined;
  }
  const remedy = '`tslab attach --no-stdin` shows what it prints; `tslab restart` gives it a new pipe.';
  throw new UserError(`The input of the container cannot be reached: ${path} is no pipe that can be opened`, 2, remedy);
}

function intoNothing(problem: string): Input {
  return { ...connect(new Writable({ write: (_, __, done) => done() })), problem };
}

function connect(into: Writable): Input {
  const keys = watchForDetach();
  // The program may close its input at any time; Ctrl-P Ctrl-Q is heard all the same.
  into.on('error', () => {
    into.destroy();
    keys.resume();
  });
  process.stdin.pipe(keys).pipe(into, { end: false });
  return {
    detached: once(keys, 'detach'),
    [Symbol.dispose]() {
      process.stdin.unpipe(keys).pause();
      into.destroy();
    },
  };
}
