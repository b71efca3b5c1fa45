import { ioctl, setsid } from '../../src/kernel/calls.js';
import { TIOCSCTTY } from '../../src/kernel/constants.js';
import type { Syscall } from '../../src/kernel/syscall.js';

/** A pseudo-terminal for a container: the master is ours, the slave becomes its descriptors 0 to 2. */
export interface OpenTerminal {
  readonly master: number;
  readonly slave: number;
  /** A mount of the devpts that it belongs to, attached nowhere yet. Undefined: the host's devpts. */
  readonly devpts: number | undefined;
}

/** A session of its own, with the terminal as its controlling terminal: so Ctrl-C reaches the programs inside (credentials(7), tty_ioctl(4)). */
export function takeTerminal(terminal: OpenTerminal | undefined): Syscall[] {
  return terminal ? [setsid(), ioctl(terminal.slave, TIOCSCTTY, 0)] : [];
}
