/** The way of our keys, or of what is piped into us, to a detached container. */
import { once } from 'node:events';
import { constants, openSync } from 'node:fs';
import { Socket } from 'node:net';
import { join } from 'node:path';
import type { Writable } from 'node:stream';
import { WriteStream } from 'node:tty';
import type { Container } from '../../src/container/store.js';
import { followWindow } from './console.js';
import { watchForDetach } from './detach-keys.js';
import { rawMode } from './raw-mode.js';
import { masterOf } from './supervisor/terminal-copier.js';

/** Our standard input, on its way into a container. `detached` resolves at Ctrl-P Ctrl-Q. */
export interface Input extends Disposable {
  readonly detached: Promise<unknown>;
}

/** Connects our standard input with a detached container that was started with `-i`. Undefined where it takes none. */
export function openInput({ config: { process: program }, directory }: Container): Input | undefined {
  if (!program.interactive) return undefined;
  return program.tty ? intoTerminal(directory) : intoPipe(directory);
}

/** We hold the master too, for as long as we are attached: so we can write into it, and give it the size of our window. */
function intoTerminal(directory: string): Input | undefined {
  const master = masterOf(directory);
  if (master === undefined) return undefined;
  const resize = () => followWindow(master);
  const restore = rawMode(0);
  resize();
  process.on('SIGWINCH', resize);
  const input = connect(new WriteStream(master));
  return {
    detached: input.detached,
    [Symbol.dispose]() {
      process.off('SIGWINCH', resize);
      input[Symbol.dispose]();
      restore();
    },
  };
}

/** The end of our input is not the end of the container's: others may attach later. */
function intoPipe(directory: string): Input {
  const fd = openSync(join(directory, 'stdin'), constants.O_WRONLY | constants.O_NONBLOCK);
  return connect(new Socket({ fd, readable: false, writable: true }));
}

function connect(into: Writable): Input {
  const keys = watchForDetach();
  into.on('error', () => into.destroy());
  process.stdin.pipe(keys).pipe(into, { end: false });
  return {
    detached: once(keys, 'detach'),
    [Symbol.dispose]() {
      process.stdin.unpipe(keys).pause();
      into.destroy();
    },
  };
}
