import * as k from '../../../src/kernel/constants.js';
import type { Child } from '../../../src/kernel/process.js';
import type { Syscall } from '../../../src/kernel/syscall.js';
import type { Lab } from '../../../src/lab/lab.js';
import { type Observation, observed } from '../../../src/lab/observation.js';
import { readNamespace } from '../../../src/procfs/namespaces.js';
import { enterRoot, mountProc } from '../calls/proc.js';

// #region container
/** A program that is the init of a pid namespace and has a /proc to match. */
export function container(lab: Lab, program: readonly Syscall[]): Promise<Child> {
  const calls = [...enterRoot(lab.rootfs.path), ...mountProc(), ...program];
  return lab.start({ namespaces: k.CLONE_NEWPID | k.CLONE_NEWNS, calls, stdio: ['null', 'pipe', 'pipe'] });
}
// #endregion

export function pidNamespace(pid: number, kind: 'pid' | 'pid_for_children' = 'pid'): Observation {
  const inode = readNamespace(pid, kind);
  return observed('host', `/proc/${pid}/ns/${kind}`, inode && `pid:[${inode}]`);
}

export function differ(a: number, b: number): [boolean, { expected: string; actual: string }] {
  const [one, other] = [readNamespace(a, 'pid'), readNamespace(b, 'pid')];
  return [one !== other, { expected: `another inode than ${other}`, actual: String(one) }];
}
