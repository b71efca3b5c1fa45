import { execvp } from '../../../../labs/12-runtime/calls/program.js';
import { ownSession } from '../../../../labs/12-runtime/calls/terminal.js';
import {
  chroot,
  fchdir,
  fork,
  open,
  pidfdOpen,
  setgroups,
  setns,
  setresgid,
  setresuid,
} from '../../../kernel/calls/index.js';
import { CLONE_NEWPID, O_CLOEXEC, O_DIRECTORY, O_PATH } from '../../../kernel/constants.js';
import type { ProcessSpec } from '../../../kernel/process.js';
import { FIRST_FREE, type Syscall } from '../../../kernel/syscall.js';
import { procPath } from '../../../procfs/proc.js';

/** A way into namespaces of a process, and what is to run there. */
export interface Entry {
  readonly pid: number;
  /** CLONE_NEW* flags. */
  readonly namespaces: number;
  /** Links in /proc/PID: `root` becomes the root directory, `cwd` the working directory. */
  readonly places: readonly ('root' | 'cwd')[];
  readonly credentials: Credentials;
  readonly args: readonly string[];
  readonly env: readonly string[];
}

/** What is undefined stays as it is. */
export interface Credentials {
  readonly uid: number | undefined;
  readonly gid: number | undefined;
  readonly dropGroups: boolean;
}

// #region enter
/**
 * All of it happens in a process that no longer shares tslab's memory: setns(2) into a time namespace refuses one that does (EUSERS,
 * timens_install() in kernel/time/namespace.c). Descriptors are opened first: behind setns(2) /proc may be another's.
 */
export function enterNamespaces(
  { pid, namespaces, places, credentials, args, env }: Entry,
  hasTerminal: boolean,
): Pick<ProcessSpec, 'calls' | 'inside'> {
  const fds = places.map((_, i) => FIRST_FREE + 1 + i);
  const inside = [
    pidfdOpen(pid),
    ...places.map((place) => open(procPath(pid, place), O_PATH | O_DIRECTORY | O_CLOEXEC)),
    setns(FIRST_FREE, namespaces),
    ...places.flatMap((place, i) => goThrough(place, fds[i] as number)),
    ...(namespaces & CLONE_NEWPID ? [fork()] : []),
    ...ownSession(hasTerminal ? 0 : undefined),
    ...become(credentials),
  ];
  return { calls: execvp(args, env), inside };
}

function goThrough(place: 'root' | 'cwd', fd: number): Syscall[] {
  return place === 'root' ? [fchdir(fd), chroot('.')] : [fchdir(fd)];
}

/** Groups first, while that is still permitted. */
function become({ uid, gid, dropGroups }: Credentials): Syscall[] {
  return [
    ...(dropGroups ? [setgroups([])] : []),
    ...(gid === undefined ? [] : [setresgid(gid, gid, gid)]),
    ...(uid === undefined ? [] : [setresuid(uid, uid, uid)]),
  ];
}
// #endregion
