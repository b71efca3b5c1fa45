import type { Child } from '../../../src/kernel/process.js';
import { shell } from '../../../src/lab/script.js';
import { type NamespaceKind, readNamespace } from '../../../src/procfs/namespaces.js';
import { readProcess } from '../../../src/procfs/processes.js';
import { enterContainer } from '../../05-exec/calls/enter.js';
import { isMember } from './limits.js';
import { OWN_KINDS } from './matrix.js';
import { namespacesToEnter } from './parts.js';
import { type Container, type Setup, startContainer } from './setup.js';

const COMMAND = 'ps -eo pid,ppid,comm';

/** The finished container, and somebody who comes in later: `tslab exec`. */
export async function execIn(setup: Setup): Promise<void> {
  const { lab, cgroup } = setup;
  await lab.step('exec');
  const container = await startContainer(setup);
  await lab.until(() => readProcess(container.pid)?.comm !== 'sh', 1000);
  const visitor = await enter(setup, container);
  const listed = await lab.hear(visitor, COMMAND, Number.POSITIVE_INFINITY);
  const apart = OWN_KINDS.filter((kind) => differs(container.pid, visitor.pid, kind));
  await lab.check('namespaces in which they are apart', 'none', apart.join(', ') || 'none');
  await lab.check('processes in sight: the container’s, the visitor’s, ps', 3, listed.split('\n').length - 1);
  if (cgroup) await lab.check('the limits hold for the visitor', 'yes', isMember(visitor.pid) ? 'yes' : 'no');
}

// #region enter
/** Closes its output behind ps, so that the list has an end, and stays to be looked at. */
function enter({ lab, parts, cgroup }: Setup, { child }: Container): Promise<Child> {
  const script = `${COMMAND}; exec sleep 3600 >&- 2>&-`;
  const join = cgroup?.joinCalls() ?? [];
  const namespaces = namespacesToEnter(parts);
  return lab.visit(child, (pidfd, own) => [...enterContainer(pidfd, join, namespaces | own), shell(script)]);
}
// #endregion

function differs(a: number, b: number, kind: NamespaceKind): boolean {
  return readNamespace(a, kind) !== readNamespace(b, kind);
}
