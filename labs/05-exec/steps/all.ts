import type { Child } from '../../../src/kernel/process.js';
import { madeBy } from '../../../src/lab/cause.js';
import type { Lab } from '../../../src/lab/lab.js';
import { hostLines } from '../../../src/lab/observation.js';
import { shellThatStays } from '../../../src/lab/script.js';
import { readProcess } from '../../../src/procfs/processes.js';
import { ALL_NAMESPACES, enterNamespaces } from '../calls/enter.js';
import { namespacesOf, sharedBy } from './namespaces.js';
import { startContainer } from './setup.js';

const COMMAND = 'ps -eo pid,ppid,comm';

// #region all
export async function enterAll(lab: Lab): Promise<void> {
  const wanted = await lab.step('all');
  const container = await startContainer(lab);
  const visitor = await lab.visit(container, (pidfd, own) => [
    ...(wanted ? enterNamespaces(pidfd, ALL_NAMESPACES | own) : []),
    shellThatStays(COMMAND),
  ]);
  // #endregion
  const listed = await lab.hear(visitor, COMMAND, wanted ? 4 : 1);
  await lab.observe('during', namespacesOf(container.pid));
  await lab.observe('during', namespacesOf(visitor.pid), madeBy(visitor, 'setns', 'clone'));
  await lab.check(
    'namespaces that it shares with the container',
    'mnt pid net ipc uts',
    sharedBy(visitor.pid, container.pid),
  );
  await lab.observe('during', hostLines(`/proc/${visitor.pid}/status`, /^(PPid|NSpid)/));
  await lab.check('its pid and its parent’s, as its own ps shows them', '2 0', lineOfShell(listed));
  await diesWith(lab, container, visitor);
}

/** The init of a pid namespace takes everything inside along, also who was born elsewhere (pid_namespaces(7)). */
async function diesWith(lab: Lab, container: Child, visitor: Child): Promise<void> {
  await lab.kill(container);
  await lab.until(() => readProcess(visitor.pid) === null, 1_000);
  await lab.check('when the container ends, so does the visitor', 'gone', readProcess(visitor.pid) ? 'alive' : 'gone');
}

/** Pid and parent's pid of the shell that has been process 2, if ps has listed it. */
function lineOfShell(listed: string): string {
  return /^ *(2) +(\d+) +sh$/m.exec(listed)?.slice(1).join(' ') ?? 'not listed';
}
