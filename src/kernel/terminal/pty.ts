import { bytes, descriptor, flags, named, syscall } from '../arguments.js';
import { call, callUntraced } from '../call.js';
import { close, open, openat } from '../calls/index.js';
import {
  FSCONFIG_CMD_CREATE,
  FSCONFIG_SET_STRING,
  fsconfig,
  fsmount,
  fsopen,
  openat2,
  RESOLVE_IN_ROOT,
} from '../calls/mount-api.js';
import * as k from '../constants.js';
import type { Descriptor, Syscall } from '../syscall.js';

const TIOCSPTLCK = 0x40045431;
const TIOCGPTPEER = 0x5441;
const TIOCSWINSZ = 0x5414;

/** Both ends of a pseudo-terminal (pty(7)), close-on-exec. */
export interface Pty {
  readonly master: number;
  readonly slave: number;
}

/** Makes a devpts that is not attached yet, for a container whose terminal is opened before it exists. Needs root. */
export function newDevpts(): number {
  const context = call(fsopen('devpts'));
  try {
    call(fsconfig(context, FSCONFIG_SET_STRING, 'ptmxmode', '0666'));
    call(fsconfig(context, FSCONFIG_SET_STRING, 'mode', '0620'));
    call(fsconfig(context, FSCONFIG_CMD_CREATE));
    return call(fsmount(context));
  } finally {
    callUntraced(close(context));
  }
}

/** Opens a pseudo-terminal: `ptmx` in a directory, such as a devpts mount. */
export function openPty(directory: Descriptor, ptmx: string): Pty {
  return unlockPty(call(openat(directory, ptmx, k.O_RDWR | k.O_NOCTTY | k.O_CLOEXEC)));
}

/** Opens a pseudo-terminal from the /dev/pts/ptmx of a process. Links of a container stay within its own root. */
export function openPtyOf(pid: number): Pty {
  const root = call(open(`/proc/${pid}/root`, k.O_PATH | k.O_DIRECTORY | k.O_CLOEXEC));
  try {
    const how = { flags: k.O_RDWR | k.O_NOCTTY | k.O_CLOEXEC, resolve: RESOLVE_IN_ROOT };
    return unlockPty(call(openat2(root, 'dev/pts/ptmx', how)));
  } finally {
    callUntraced(close(root));
  }
}

/** Of an open master: unlocks the slave and opens it without its name (TIOCGPTPEER, Linux 4.13). Throws where the descriptor is no master. */
export function unlockPty(master: number): Pty {
  try {
    call(terminalIoctl(master, 'TIOCSPTLCK', TIOCSPTLCK, bytes(new Uint8Array(4), '[0]')));
    const how = flags(k.OPEN_FLAGS, k.O_RDWR | k.O_NOCTTY | k.O_CLOEXEC);
    return { master, slave: call(terminalIoctl(master, 'TIOCGPTPEER', TIOCGPTPEER, how)) };
  } catch (error) {
    callUntraced(close(master));
    throw error;
  }
}

/** Sets the size of a terminal in characters; its foreground processes get SIGWINCH. */
export function setWindowSize(master: number, columns: number, rows: number): void {
  const size = new Uint8Array(new Uint16Array([rows, columns, 0, 0]).buffer);
  callUntraced(terminalIoctl(master, 'TIOCSWINSZ', TIOCSWINSZ, bytes(size, `{${rows} rows, ${columns} columns}`)));
}

function terminalIoctl(fd: number, name: string, operation: number, argument: Syscall['args'][number]): Syscall {
  return syscall('ioctl', descriptor(fd), named(name, operation), argument);
}
