import { containerRoot } from '../../labs/02-rootfs/calls/root.js';
import { ALL_NAMESPACES } from '../../labs/05-exec/calls/enter.js';
import { clone, sethostname } from '../kernel/calls/index.js';
import type { Child, ProcessSpec } from '../kernel/process.js';
import type { Syscall } from '../kernel/syscall.js';
import type { Lab } from '../lab/lab.js';
import { shellThatStays } from '../lab/script.js';
import type { NamespaceKind } from '../procfs/namespaces.js';
import { readNamespace, readNspid } from '../procfs/namespaces.js';
import { enterBox } from './box.js';
import type { Finding } from './definition.js';
import { same } from './look.js';

/** A container with the namespaces and the root of lab 05; `more` calls are made in it at the end. */
export function containerOf(lab: Lab, more: readonly Syscall[] = []): ProcessSpec {
  const calls = [...containerRoot(lab.rootfs.path, lab.privileged), sethostname('box'), ...more];
  return { namespaces: ALL_NAMESPACES, calls };
}

/** Starts it, with a program that stays; `whileItWaits` as in `start()`. */
export function startContainer(
  lab: Lab,
  { calls, ...container }: ProcessSpec,
  whileItWaits?: (pid: number) => void,
): Promise<Child> {
  return lab.start({ ...container, calls: [...calls, shellThatStays()] }, whileItWaits);
}

/** Starts one whose host is a box, with these calls. A pid namespace is made only by one who is in that above it: hence two clones. */
export function startContainerIn(lab: Lab, box: Child, { namespaces = 0, calls }: ProcessSpec): Promise<Child> {
  return lab.visit(box, (pidfd, own) => [...enterBox(pidfd, own), clone(0), clone(namespaces), ...calls]);
}

/** The number of its first process in the box. */
export function pidInBox({ pid }: Child): string {
  return `${readNspid(pid)?.at(-2)}`;
}

/** Whether a process is in a container's namespaces of these kinds: the first in which it is not, or the last. */
export function sharesWith(container: Child, pid: number, kinds: readonly NamespaceKind[]): Finding {
  const found = kinds.map((kind) => same(`/proc/${pid}/ns/${kind}`, link(container.pid, kind), link(pid, kind)));
  return found.find(({ held }) => !held) ?? (found.at(-1) as Finding);
}

function link(pid: number, kind: NamespaceKind): string {
  return `${kind}:[${readNamespace(pid, kind)}]`;
}
