import type { Lab } from '../../../src/lab/lab.js';
import { type Observation, observed } from '../../../src/lab/observation.js';
import { type NamespaceKind, readNamespace } from '../../../src/procfs/namespaces.js';
import { startContainer } from './setup.js';

const KINDS: readonly NamespaceKind[] = ['mnt', 'pid', 'net', 'ipc', 'uts'];

export async function showNamespaces(lab: Lab): Promise<void> {
  await lab.step('namespaces');
  const container = await startContainer(lab);
  await lab.observe('during', namespacesOf(process.pid));
  await lab.observe('during', namespacesOf(container.pid), container);
  await lab.check('namespaces that it shares with tslab', 'none', sharedBy(container.pid, process.pid));
}

/** The namespaces of a process, as the links in /proc/PID/ns name them. */
export function namespacesOf(pid: number): Observation {
  const links = KINDS.map((kind) => `${kind}:[${readNamespace(pid, kind)}]`);
  return observed('host', `/proc/${pid}/ns`, links.join('\n'));
}

/** In which namespaces two processes are together: where the inode numbers are equal (namespaces(7)). */
export function sharedBy(one: number, other: number): string {
  return KINDS.filter((kind) => readNamespace(one, kind) === readNamespace(other, kind)).join(' ') || 'none';
}
