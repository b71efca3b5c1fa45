import { execInit } from '../../labs/01-pid-namespace/calls/init.js';
import { mountProc } from '../../labs/01-pid-namespace/calls/proc.js';
import { clone, mount, setns } from '../kernel/calls/index.js';
import * as k from '../kernel/constants.js';
import type { Child, ProcessSpec } from '../kernel/process.js';
import { housekeeping, type Syscall } from '../kernel/syscall.js';
import type { Lab } from '../lab/lab.js';
import { ENVIRONMENT, shellThatStays } from '../lab/script.js';

/**
 * Starts the init of a box for a shell: a pid namespace, with whose init everything in it dies, however tslab ends, and a mount namespace with
 * a copy of the host's mounts, so that no mistake reaches those. Nothing else is apart: to the shell the box is the host. As on a host with
 * systemd its mounts are shared; they get what the host mounts later.
 * `mounted` is mounted in it beside those; `apart` are more namespaces for it (CLONE_NEW*).
 */
export function startBox(lab: Lab, mounted: readonly Syscall[] = [], apart = 0): Promise<Child> {
  const propagation = [k.MS_SLAVE, k.MS_SHARED].map((type) => mount(null, '/', null, k.MS_REC | type, null));
  const sleep = execInit(['/bin/sleep', '/usr/bin/sleep'], ['sleep', '2147483647'], ENVIRONMENT);
  const calls = [...propagation, ...mountProc(), ...mounted, ...sleep];
  return lab.start({ namespaces: k.CLONE_NEWPID | k.CLONE_NEWNS | apart, calls });
}

/** Enters the box behind a pidfd: what is cloned or forked next is in its pid namespace. `own`: what else it has (CLONE_NEWUSER without root). */
export function enterBox(pidfd: number, own: number): Syscall[] {
  return [setns(pidfd, own | k.CLONE_NEWPID | k.CLONE_NEWNS)];
}

/** Starts a process in new namespaces, with the box as its host. It stays, after these calls, until the lab ends. */
export function startInBox(lab: Lab, box: Child, { namespaces, calls }: ProcessSpec): Promise<Child> {
  return lab.visit(box, (pidfd, own) => [
    ...enterBox(pidfd, own).map(housekeeping),
    clone(namespaces ?? 0),
    ...calls,
    shellThatStays(),
  ]);
}
