import { execInit } from '../../labs/01-pid-namespace/calls/init.js';
import { mountProc } from '../../labs/01-pid-namespace/calls/proc.js';
import { mount, setns } from '../kernel/calls/index.js';
import * as k from '../kernel/constants.js';
import type { Child } from '../kernel/process.js';
import type { Syscall } from '../kernel/syscall.js';
import type { Lab } from '../lab/lab.js';
import { ENVIRONMENT } from '../lab/script.js';

/**
 * Starts the init of a box for a shell: a pid namespace, with whose init everything in it dies, however tslab ends, and a mount namespace with
 * a copy of the host's mounts, so that no mistake reaches those. Nothing else is apart: to the shell the box is the host. As on a host with
 * systemd its mounts are shared; they get what the host mounts later.
 */
export function startBox(lab: Lab): Promise<Child> {
  const propagation = [k.MS_SLAVE, k.MS_SHARED].map((type) => mount(null, '/', null, k.MS_REC | type, null));
  const sleep = execInit(['/bin/sleep', '/usr/bin/sleep'], ['sleep', '2147483647'], ENVIRONMENT);
  const calls = [...propagation, ...mountProc(), ...sleep];
  return lab.start({ namespaces: k.CLONE_NEWPID | k.CLONE_NEWNS, calls });
}

/** Enters the box behind a pidfd: what is cloned or forked next is in its pid namespace. `own`: CLONE_NEWUSER where it has a user namespace. */
export function enterBox(pidfd: number, own: number): Syscall[] {
  return [setns(pidfd, own | k.CLONE_NEWPID | k.CLONE_NEWNS)];
}
