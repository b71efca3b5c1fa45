import { chdir, chroot, mount } from '../../src/kernel/calls.js';
import * as k from '../../src/kernel/constants.js';
import type { Child } from '../../src/kernel/process.js';
import type { Syscall } from '../../src/kernel/syscall.js';
import type { Lab } from '../../src/lab/lab.js';
import { readNamespace } from '../../src/probe/namespaces.js';
import { listProcesses, type Process } from '../../src/probe/processes.js';
import { mountProc, privateMounts } from '../01-pid-namespace.js';

// #region container
/** A program that is the init of a pid namespace and has a /proc to match. */
export function container(lab: Lab, program: readonly Syscall[]): Promise<Child> {
  const calls = [...enterRoot(lab.rootfs.path), ...mountProc(), ...program];
  return lab.start({ namespaces: k.CLONE_NEWPID | k.CLONE_NEWNS, calls, stdio: ['null', 'pipe', 'pipe'] });
}
// #endregion

// #region go-in
/** Goes into the root filesystem, where /proc and /dev are the host's until more calls change that. */
export function enterRoot(root: string): Syscall[] {
  const bind = (path: string) => mount(path, `${root}${path}`, null, k.MS_BIND | k.MS_REC, null);
  return [...privateMounts(), bind('/proc'), bind('/dev'), chroot(root), chdir('/')];
}
// #endregion

/** The processes of a pid namespace, as the host sees them. */
export function processesIn(namespace: number | null): Process[] {
  return listProcesses().filter(({ pid }) => readNamespace(pid, 'pid') === namespace);
}
