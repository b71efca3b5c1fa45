import { bytes, descriptor, flags, named, syscall } from './arguments.js';
import { close, openat } from './calls.js';
import * as k from './constants.js';
import { call } from './door.js';
import { FSCONFIG_CMD_CREATE, FSCONFIG_SET_STRING, fsconfig, fsmount, fsopen } from './mount-api.js';
import { raw } from './raw.js';
import type { Descriptor, Syscall } from './syscall.js';

const TIOCSPTLCK = 0x40045431;
const TIOCGPTPEER = 0x5441;
const TIOCSWINSZ = 0x5414;

/** Both ends of a pseudo-terminal (pty(7)), close-on-exec. */
export interface Pty {
  readonly master: number;
  readonly slave: number;
}

/** A new devpts, attached nowhere yet, for a container whose terminal is opened before it exists. Needs root. */
export function newDevpts(): number {
  const context = call(fsopen('devpts'));
  try {
    call(fsconfig(context, FSCONFIG_SET_STRING, 'ptmxmode', '0666'));
    call(fsconfig(context, FSCONFIG_SET_STRING, 'mode', '0620'));
    call(fsconfig(context, FSCONFIG_CMD_CREATE));
    return call(fsmount(context));
  } finally {
    raw(close(context));
  }
}

/** Opens a pseudo-terminal: `ptmx` in a directory, such as a devpts mount. */
export function openPty(directory: Descriptor, ptmx: string): Pty {
  const open = k.O_RDWR | k.O_NOCTTY | k.O_CLOEXEC;
  const master = call(openat(directory, ptmx, open));
  call(terminalIoctl(master, 'TIOCSPTLCK', TIOCSPTLCK, bytes(new Uint8Array(4), '[0]')));
  const slave = call(terminalIoctl(master, 'TIOCGPTPEER', TIOCGPTPEER, flags(k.OPEN_FLAGS, open)));
  return { master, slave };
}

/** Tells a terminal its size in characters; whoever runs in it gets SIGWINCH. */
export function setWindowSize(master: number, columns: number, rows: number): void {
  const size = new Uint8Array(new Uint16Array([rows, columns, 0, 0]).buffer);
  raw(terminalIoctl(master, 'TIOCSWINSZ', TIOCSWINSZ, bytes(size, `{${rows} rows, ${columns} columns}`)));
}

function terminalIoctl(fd: number, name: string, operation: number, argument: Syscall['args'][number]): Syscall {
  return syscall('ioctl', descriptor(fd), named(name, operation), argument);
}
