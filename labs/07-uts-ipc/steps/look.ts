import { readdirSync } from 'node:fs';
import { open, read } from '../../../src/kernel/calls/index.js';
import { O_CLOEXEC, O_RDONLY } from '../../../src/kernel/constants.js';
import type { Lab } from '../../../src/lab/lab.js';
import { type Observation, observed } from '../../../src/lab/observation.js';
import { inside, type Node } from './setup.js';

// #region look
/** A file that answers by the namespaces of whoever reads it: so a process in there reads it. */
export async function fileIn(lab: Lab, node: Node, path: string): Promise<Observation> {
  const into = Buffer.alloc(4096);
  const file = open(path, O_RDONLY | O_CLOEXEC);
  await lab.folded(() => inside(lab, node, [file, read(file, into)]));
  return observed(node.is, path, into.toString().replace(/[\0\n]+$/, ''));
}
// #endregion

const KINDS = ['msg', 'sem', 'shm'] as const;

/** How many queues, sets of semaphores and segments the IPC namespace of a node has. */
export async function objectsOf(lab: Lab, node: Node): Promise<Observation> {
  const counts: string[] = [];
  for (const kind of KINDS) {
    const { value } = await fileIn(lab, node, `/proc/sysvipc/${kind}`);
    counts.push(`${kind} ${(value ?? '').split('\n').length - 1}`);
  }
  return observed(node.is, '/proc/sysvipc', counts.join(', '));
}

/** The files in a directory of a node, through its root. */
export function filesOf({ is, process: { pid } }: Node, path: string): Observation {
  return observed(is, path, readdirSync(`/proc/${pid}/root${path}`).sort().join(' ') || 'none');
}
