import { setns } from '../../../src/kernel/calls/index.js';
import * as k from '../../../src/kernel/constants.js';
import type { Child } from '../../../src/kernel/process.js';
import type { Syscall } from '../../../src/kernel/syscall.js';
import type { Lab } from '../../../src/lab/lab.js';
import { shellThatStays } from '../../../src/lab/script.js';
import { enterUserNamespace } from '../calls/enter-user.js';
import { allCapabilities, effective, effectiveUid, NOBODY, userOutside } from './look.js';
import { BASE, becomeRoot, newContainer } from './setup.js';

const LOOK = 'id -u; grep CapEff /proc/self/status';

// #region enter
export async function enterStep(lab: Lab): Promise<void> {
  const wanted = await lab.step('enter');
  const container = await lab.folded(() => newContainer(lab, k.CLONE_NEWUTS, becomeRoot(lab)));
  const bare = (pidfd: number) => [setns(pidfd, k.CLONE_NEWUSER | k.CLONE_NEWUTS)];
  const first = await look(lab, container, bare);
  await lab.check('uid after setns alone', NOBODY, first.uid);
  await lab.check('capabilities of its program', '0'.repeat(16), first.capabilities);
  await lab.check('its uid on the host', 0, first.outside);
  const whole = (pidfd: number) => enterUserNamespace(pidfd, k.CLONE_NEWUTS);
  const second = await look(lab, container, wanted ? whole : bare);
  await lab.check('uid after setresuid(0), too', 0, second.uid);
  await lab.check('capabilities of that program: all', allCapabilities(), second.capabilities);
  await lab.check('that uid on the host', BASE, second.outside);
}
// #endregion

/** A visitor of the container, who it is inside and outside, and what it may do. */
async function look(lab: Lab, container: Child, enter: (pidfd: number) => readonly Syscall[]) {
  const visitor = await lab.visit(container, (pidfd) => [...enter(pidfd), shellThatStays(LOOK)]);
  const [uid = '', status = ''] = (await lab.hear(visitor, LOOK, 2)).split('\n');
  const observation = userOutside(visitor);
  await lab.observe('during', observation);
  return { uid, capabilities: effective(status), outside: effectiveUid(observation) };
}
