import { clone, exitGroup, mkdir, mount, sethostname, setns } from '../../../src/kernel/calls/index.js';
import * as k from '../../../src/kernel/constants.js';
import type { Child } from '../../../src/kernel/process.js';
import type { Syscall } from '../../../src/kernel/syscall.js';
import type { Lab } from '../../../src/lab/lab.js';
import { shellThatStays } from '../../../src/lab/script.js';
import { privateMounts } from '../../01-pid-namespace/calls/proc.js';
import { mountMqueue, mountShm } from '../calls/mounts.js';

/** The name of the host that the lab works with. */
export const HOST_NAME = 'host';

/** A host or a container of this lab. */
export interface Node {
  readonly is: 'host' | 'container';
  readonly process: Child;
}

const NAMESPACES = k.CLONE_NEWUTS | k.CLONE_NEWIPC | k.CLONE_NEWNS;

// #region host
/** Namespaces that stand for the host: whatever happens to its name and its IPC objects, the real ones are never touched. */
export async function newHost(lab: Lab): Promise<Node> {
  const calls = [...ownDev(), ...mountMqueue(), ...mountShm(1024), sethostname(HOST_NAME), shellThatStays()];
  return { is: 'host', process: await lab.folded(() => lab.start({ namespaces: NAMESPACES, calls })) };
}
// #endregion

/** A /dev in its own mount namespace, with the two directories that IPC wants there. */
function ownDev(): Syscall[] {
  const dev = mount('tmpfs', '/dev', 'tmpfs', k.MS_NOSUID | k.MS_NODEV, 'mode=755,size=64k');
  return [...privateMounts(), dev, mkdir('/dev/mqueue', 0o755), mkdir('/dev/shm', 0o755)];
}

// #region container
/** A process that is born on that host, with these namespaces of its own, and stays after its calls. */
export async function newContainer(
  lab: Lab,
  host: Node,
  namespaces: number,
  calls: readonly Syscall[] = [],
): Promise<Node> {
  const process = await lab.visit(host.process, (pidfd, own) => [
    setns(pidfd, NAMESPACES | own),
    clone(namespaces),
    ...calls,
    shellThatStays(),
  ]);
  return { is: 'container', process };
}
// #endregion

/** Makes some calls in the namespaces of a node. */
export function inside(lab: Lab, { process }: Node, calls: readonly Syscall[]): Promise<Child> {
  return lab.visit(process, (pidfd, own) => [setns(pidfd, NAMESPACES | own), ...calls, exitGroup(0)]);
}
