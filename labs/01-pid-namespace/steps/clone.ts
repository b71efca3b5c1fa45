import { clone, unshare } from '../../../src/kernel/calls/index.js';
import * as k from '../../../src/kernel/constants.js';
import { madeBy } from '../../../src/lab/cause.js';
import type { Lab } from '../../../src/lab/lab.js';
import { hostLines } from '../../../src/lab/observation.js';
import { chrootInto, shell, shellThatStays, stayAfter } from '../../../src/lab/script.js';
import { readNspid } from '../../../src/procfs/namespaces.js';
import { enterRoot } from '../calls/proc.js';
import { differ, pidNamespace } from './setup.js';

const SAY_PID = 'echo "I am PID $$"';

export async function plainClone(lab: Lab): Promise<void> {
  await lab.step('clone');
  const child = await stayAfter(lab, { namespaces: 0, calls: chrootInto(lab.rootfs.path) }, SAY_PID);
  const told = await lab.hear(child, SAY_PID);
  await lab.observe('during', hostLines(`/proc/${child.pid}/status`, /^NSpid/));
  await lab.check('without a flag it has one pid, and both say so', `I am PID ${child.pid}`, told);
}

// #region clone-newpid
export async function newPidNamespace(lab: Lab): Promise<void> {
  const wanted = await lab.step('clone-newpid');
  const namespaces = wanted ? k.CLONE_NEWPID : 0;
  const child = await stayAfter(lab, { namespaces, calls: chrootInto(lab.rootfs.path) }, SAY_PID);
  const told = await lab.hear(child, SAY_PID);
  await lab.observe('during', hostLines(`/proc/${child.pid}/status`, /^NSpid/), wanted && child);
  await lab.observe('during', pidNamespace(process.pid));
  await lab.observe('during', pidNamespace(child.pid), wanted && child);
  await lab.check('inside, the child is PID 1', 'I am PID 1', told);
  await lab.check('the host knows both its pids', `${child.pid} 1`, readNspid(child.pid)?.join(' ') ?? null);
  await lab.checkThat('its pid namespace is not the host’s', ...differ(child.pid, process.pid));
}
// #endregion

// #region nested
export async function nestedNamespace(lab: Lab): Promise<void> {
  const wanted = await lab.step('nested');
  const calls = chrootInto(lab.rootfs.path);
  const outer = await stayAfter(lab, { namespaces: k.CLONE_NEWPID, calls }, SAY_PID);
  const again = wanted ? [clone(k.CLONE_NEWPID)] : [];
  const inner = await lab.enter(outer, k.CLONE_NEWPID, [...again, ...calls, shellThatStays(SAY_PID)]);
  await lab.hear(inner, SAY_PID);
  await lab.observe('during', hostLines(`/proc/${outer.pid}/status`, /^NSpid/), outer);
  await lab.observe('during', hostLines(`/proc/${inner.pid}/status`, /^NSpid/), again);
  await lab.check('one process, three pids', 3, readNspid(inner.pid)?.length ?? null);
  await lab.kill(outer);
  await lab.check('when the outer init died, the inner one died', 'SIGKILL', (await inner.exited).signal ?? null);
}
// #endregion

// #region unshare
export async function unshareIsForChildren(lab: Lab): Promise<void> {
  const wanted = await lab.step('unshare');
  const calls = [...(wanted ? [unshare(k.CLONE_NEWPID)] : []), ...enterRoot(lab.rootfs.path), shell(PARENT_AND_CHILD)];
  const parent = await lab.start({ namespaces: k.CLONE_NEWNS, calls, stdio: ['pipe', 'pipe', 'pipe'] });
  const told = await lab.hear(parent, 'echo "I am PID $$"; sh -c \'echo "my child is PID $$"\' &', 2);
  const [own, child] = told.split('\n');
  await lab.observe('during', pidNamespace(parent.pid));
  await lab.observe('during', pidNamespace(parent.pid, 'pid_for_children'), madeBy(parent, 'unshare'));
  await lab.check('the caller keeps its pid', `I am PID ${parent.pid}`, own ?? null);
  await lab.check('its next child is PID 1', 'my child is PID 1', child ?? null);
}
// #endregion

/** The child reads from tslab, so that it ends when tslab does, whatever pid namespace it is in. */
const PARENT_AND_CHILD = `echo "I am PID $$"
exec 3<&0
sh -c 'echo "my child is PID $$"; read _' <&3 & wait`;
