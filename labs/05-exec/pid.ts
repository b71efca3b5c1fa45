import { setns } from '../../src/kernel/calls.js';
import { CLONE_NEWPID } from '../../src/kernel/constants.js';
import type { Telling } from '../../src/lab/definition.js';
import type { Lab } from '../../src/lab/lab.js';
import { shell } from '../../src/lab/shell.js';
import { hostLines, seen } from '../../src/lab/sight.js';
import { type NamespaceKind, readNamespace, readNspid } from '../../src/probe/namespaces.js';
import { sleepingContainer } from './container.js';
import { enterNamespaces } from './enter.js';

// #region pid
export async function* enterPid(lab: Lab): Telling {
  const wanted = yield* lab.step('pid');
  const container = yield* sleepingContainer(lab);
  const alone = yield* lab.visit(container, (pidfd, own) => [setns(pidfd, CLONE_NEWPID | own), shell('exec sleep 60')]);
  const child = yield* lab.visit(container, (pidfd, own) => [
    ...(wanted ? enterNamespaces(pidfd, CLONE_NEWPID | own) : [setns(pidfd, CLONE_NEWPID | own)]),
    shell('exec sleep 60'),
  ]);
  // #endregion
  yield* lab.observe('during', namespaceOf(container.pid, 'pid'));
  yield* lab.observe('during', namespaceOf(alone.pid, 'pid'));
  yield* lab.observe('during', namespaceOf(alone.pid, 'pid_for_children'), 'setns');
  yield* lab.observe('during', hostLines(`/proc/${alone.pid}/status`, /^NSpid/));
  yield* lab.observe('during', hostLines(`/proc/${child.pid}/status`, /^NSpid/), wanted ? 'clone' : undefined);
  const inside = readNamespace(container.pid, 'pid');
  yield* lab.check('setns alone: one pid, as before', 1, readNspid(alone.pid)?.length ?? null);
  yield* lab.check('but its children would be born inside', `${inside}`, readNamespace(alone.pid, 'pid_for_children'));
  yield* lab.check('its child: two, one of them inside', 2, readNspid(child.pid)?.length ?? null);
  yield* lab.kill(alone);
  yield* lab.kill(container);
}

function namespaceOf(pid: number, kind: NamespaceKind) {
  return seen('host', `/proc/${pid}/ns/${kind}`, readNamespace(pid, kind));
}
