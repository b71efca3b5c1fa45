import { kill } from '../../../src/kernel/calls/index.js';
import * as k from '../../../src/kernel/constants.js';
import type { Child } from '../../../src/kernel/process.js';
import { changeOf } from '../../../src/lab/cause.js';
import type { Lab } from '../../../src/lab/lab.js';
import { hostLines, observed } from '../../../src/lab/observation.js';
import { shell } from '../../../src/lab/script.js';
import { processesIn, readNamespace } from '../../../src/procfs/namespaces.js';
import { listProcesses, readProcess } from '../../../src/procfs/processes.js';
import { container } from './setup.js';

export async function signalsToInit(lab: Lab): Promise<void> {
  await lab.step('signals');
  const script = 'sh -c "kill -9 1; echo kill says \\$?"; echo "PID 1 is still here"; exec sleep 3600';
  const init = await container(lab, [shell(script)]);
  const told = await lab.hear(init, 'kill -9 1', 2);
  await lab.check('kill -9 1 from inside does nothing', 'PID 1 is still here', told.split('\n').at(-1) ?? null);
  await lab.call(kill(init.pid, k.SIGTERM));
  await lab.sleep(100);
  await lab.observe('after', hostLines(`/proc/${init.pid}/status`, /^State/));
  await lab.checkThat('even SIGTERM from the host does nothing: init has no handler for it', ...alive(init));
  await lab.check('SIGKILL from the host does end it', 'SIGKILL', (await lab.kill(init)).signal ?? null);
}

export async function orphansGoToInit(lab: Lab): Promise<void> {
  await lab.step('orphans');
  const init = await container(lab, [shell(ORPHANAGE)]);
  const told = await lab.hear(init, 'sh -c "sleep 3600 &"', 2);
  const [before, after] = told.split('\n');
  await lab.observe('before', observed('container', 'parent of sleep', before ?? null));
  await lab.observe('after', observed('container', 'parent of sleep', after ?? null));
  await lab.check('init has adopted the orphan', 'PPid: 1', after?.replace(/\s+/, ' ') ?? null);
  const children = () => listProcesses().filter(({ ppid }) => ppid === init.pid).length;
  await lab.until(() => children() === 1, 1000); // grep, which has just told, is its child until the shell has waited
  await lab.check('the host says so too: init has one child', 1, children());
}

export async function initDies(lab: Lab): Promise<void> {
  await lab.step('init-dies');
  const init = await container(lab, [shell('sleep 3600 & sleep 3600 & sleep 3600 & echo started; wait')]);
  await lab.hear(init, 'sleep 3600 & sleep 3600 & sleep 3600 &');
  await lab.sleep(50); // each of them is a shell until its execve
  const namespace = readNamespace(init.pid, 'pid');
  const before = listed(namespace);
  await lab.observe('before', observed('host', 'processes in its pid namespace', before));
  await lab.kill(init);
  await lab.observe('after', observed('host', 'processes in its pid namespace', listed(namespace)), changeOf(init.pid));
  await lab.check('four processes were inside', 4, before.split('\n').length);
  await lab.check('who is left when init has been killed', 'none', listed(namespace));
}

// #region orphanage
/** A shell has a child, sleep, and ends: what is the parent of sleep before and after? */
const ORPHANAGE = `exec 3>&1
orphan=$(sh -c 'sleep 3600 >&- 3>&- & grep PPid /proc/$!/status >&3; echo $!')
grep PPid /proc/$orphan/status
exec sleep 3600`;
// #endregion

/** One line for each process of a pid namespace. */
function listed(namespace: number | null): string {
  const lines = processesIn(namespace).map(({ pid, comm }) => `${pid} ${comm}`);
  return lines.join('\n') || 'none';
}

function alive(child: Child): [boolean, { expected: string; actual: string }] {
  const state = readProcess(child.pid)?.state ?? 'gone';
  return [state !== 'Z' && state !== 'gone', { expected: 'alive', actual: `state ${state}` }];
}
