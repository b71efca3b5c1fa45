/** Passes our standard input to a detached container. */

import { closeSync, constants, fstatSync, openSync } from 'node:fs';
import { Socket } from 'node:net';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { WriteStream } from 'node:tty';
import { errorCode } from '../../kernel/errors/errno.js';
import { UserError } from '../../kernel/errors/user-error.js';
import type { Container } from '../store/store.js';
import { masterOf } from '../supervisor/terminal-copier.js';
import { LEFT, watchForDetach } from './detach-keys.js';
import { rawMode } from './raw-mode.js';

/** Our standard input, on its way into a container. `detached` resolves when the keys that leave it are typed. */
export interface Input extends Disposable {
  readonly detached: Promise<typeof LEFT>;
  /** The reason why it cannot be written. */
  readonly problem?: string;
}

/** Connects our standard input with a detached container that was started with `-i`. Returns undefined where it takes none. Throws UserError (2) where its FIFO or terminal is damaged. */
export function openInput({ config: { process: program }, directory }: Container, keys: Buffer): Input | undefined {
  if (!program.interactive) return undefined;
  return program.tty ? intoTerminal(directory, keys) : intoPipe(directory, keys);
}

/** Holds the master too while attached, to write into it. */
function intoTerminal(directory: string, keys: Buffer): Input {
  const master = masterOf(directory);
  if (master === undefined) return intoNothing('the terminal of the container is gone: its holder was killed', keys);
  const restore = rawMode(0);
  const input = connect(new WriteStream(master), keys);
  return {
    detached: input.detached,
    [Symbol.dispose]() {
      input[Symbol.dispose]();
      restore();
    },
  };
}

/** The end of our input is not the end of the container's: others may attach later. */
function intoPipe(directory: string, keys: Buffer): Input {
  const fd = openPipe(join(directory, 'stdin'));
  if (fd === undefined) return intoNothing('the container has closed its standard input: nothing reaches it', keys);
  return connect(new Socket({ fd, readable: false, writable: true }), keys);
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

function intoNothing(problem: string, keys: Buffer): Input {
  return { ...connect(new Writable({ write: (_, __, done) => done() }), keys), problem };
}

function connect(into: Writable, keys: Buffer): Input {
  const watched = watchForDetach(keys);
  // The program may close its input at any time; the keys are heard all the same.
  into.on('error', () => {
    into.destroy();
    watched.resume();
  });
  process.stdin.pipe(watched).pipe(into, { end: false });
  return {
    detached: new Promise((resolve) => watched.once('detach', () => resolve(LEFT))),
    [Symbol.dispose]() {
      process.stdin.unpipe(watched).pause();
      into.destroy();
    },
  };
}
