import { setns } from '../../../src/kernel/calls/index.js';
import { CLONE_NEWPID } from '../../../src/kernel/constants.js';
import { madeBy } from '../../../src/lab/cause.js';
import type { Lab } from '../../../src/lab/lab.js';
import { hostLines, observed } from '../../../src/lab/observation.js';
import { shellThatStays } from '../../../src/lab/script.js';
import { type NamespaceKind, readNamespace, readNspid } from '../../../src/procfs/namespaces.js';
import { enterNamespaces } from '../calls/enter.js';
import { startContainer } from './setup.js';

// #region pid
export async function enterPid(lab: Lab): Promise<void> {
  const wanted = await lab.step('pid');
  const container = await startContainer(lab);
  const alone = await lab.visit(container, (pidfd, own) => [setns(pidfd, CLONE_NEWPID | own), shellThatStays()]);
  const child = await lab.visit(container, (pidfd, own) => [
    ...(wanted ? enterNamespaces(pidfd, CLONE_NEWPID | own) : [setns(pidfd, CLONE_NEWPID | own)]),
    shellThatStays(),
  ]);
  // #endregion
  await lab.observe('during', namespaceOf(container.pid, 'pid'));
  await lab.observe('during', namespaceOf(alone.pid, 'pid'));
  await lab.observe('during', namespaceOf(alone.pid, 'pid_for_children'), madeBy(alone, 'setns'));
  await lab.observe('during', hostLines(`/proc/${alone.pid}/status`, /^NSpid/));
  await lab.observe('during', hostLines(`/proc/${child.pid}/status`, /^NSpid/), wanted && child);
  const inside = readNamespace(container.pid, 'pid');
  await lab.check('setns alone: one pid, as before', 1, readNspid(alone.pid)?.length ?? null);
  await lab.check('but its children would be inside', `${inside}`, readNamespace(alone.pid, 'pid_for_children'));
  await lab.check('its child: two pids, one of them inside', 2, readNspid(child.pid)?.length ?? null);
}

function namespaceOf(pid: number, kind: NamespaceKind) {
  return observed('host', `/proc/${pid}/ns/${kind}`, readNamespace(pid, kind));
}
