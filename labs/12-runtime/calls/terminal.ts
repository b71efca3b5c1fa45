import { integer, named, string, syscall } from '../../../src/kernel/arguments.js';
import { ioctl, setsid } from '../../../src/kernel/calls/index.js';
import { AT_EMPTY_PATH, TIOCSCTTY } from '../../../src/kernel/constants.js';
import type { Syscall } from '../../../src/kernel/syscall.js';
import type { Process } from '../../../src/oci/spec.js';

/** A pseudo-terminal for a container: the master is ours, the slave becomes its descriptors 0 to 2. */
export interface OpenTerminal {
  readonly master: number;
  readonly slave: number;
  /** A mount of the devpts that it belongs to, attached nowhere yet. Undefined: one that is mounted already. */
  readonly devpts: number | undefined;
}

/** Of a program's descriptors 0 to 2 those that nobody had before. */
export interface MadeForIt {
  readonly terminal?: OpenTerminal | undefined;
  readonly pipes?: readonly number[] | undefined;
}

/**
 * A session of its own. With a terminal, that becomes its controlling terminal: so Ctrl-C reaches the programs inside
 * (credentials(7), ioctl_tty(2)). Without one it has none, and cannot put characters into ours (TIOCSTI, CVE-2017-5226).
 */
export function ownSession(terminal: number | undefined): Syscall[] {
  return terminal === undefined ? [setsid()] : [setsid(), ioctl(terminal, TIOCSCTTY, 0)];
}

/**
 * Gives what was made for a program, its terminal or pipes, to its user, who could not open it by a name otherwise (/dev/pts/0,
 * /dev/stderr).
 */
export function giveToUser({ terminal, pipes = [] }: MadeForIt, { uid, gid }: Process['user']): Syscall[] {
  if (uid === 0 && gid === 0) return [];
  return [...(terminal ? [terminal.slave] : []), ...pipes].map((fd) => fchown(fd, uid, gid));
}

/** fchown(2), by the call that needs no other: fchownat(2) with an empty path. */
function fchown(fd: number, uid: number, gid: number): Syscall {
  return syscall(
    'fchownat',
    integer(fd),
    string(''),
    integer(uid),
    integer(gid),
    named('AT_EMPTY_PATH', AT_EMPTY_PATH),
  );
}
