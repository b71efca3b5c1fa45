/** The steps that take powers away: over devices, those of root, being root, and calls. */

import { cgroupsOrReason } from '../../../src/cgroup/trial.js';
import { addPart } from './add.js';
import { HOST_DEVICE, NO_RULES, openFrom } from './device-rules.js';
import { limitedBy } from './limits.js';
import * as look from './look.js';
import type { Setup } from './setup.js';

export async function ownDevices(setup: Setup): Promise<void> {
  const { lab } = setup;
  const cgroups = cgroupsOrReason();
  if (typeof cgroups === 'string') return await lab.cannot('devices', cgroups);
  if (!lab.privileged || !limitedBy(cgroups).canLimitDevices()) return await lab.cannot('devices', NO_RULES);
  await addPart(setup, 'devices', async ({ pid, cgroup }) => {
    await lab.check('the kernel’s log, a device of the host', 'EPERM', openFrom(pid, cgroup, HOST_DEVICE));
  });
}

// #region capabilities
export async function fewCapabilities(setup: Setup): Promise<void> {
  const { lab, plan } = setup;
  const { bounding = [] } = plan.spec.process.capabilities ?? {};
  await addPart(setup, 'capabilities', async ({ pid }) => {
    await lab.check('capabilities of its program', bounding.length, look.capabilitiesIn(pid, 'CapEff').length);
    await lab.check('that for mounts, and much else, CAP_SYS_ADMIN', 'gone', look.hasAdmin(pid) ? 'there' : 'gone');
  });
}
// #endregion

export async function ordinaryUser(setup: Setup): Promise<void> {
  const { lab, plan } = setup;
  if (!lab.privileged) return await lab.cannot('user', ONE_USER);
  const { user, capabilities } = plan.spec.process;
  await addPart(setup, 'user', async ({ pid }) => {
    await lab.check('its user', user.uid, look.userOf(pid));
    await lab.check('capabilities of its program', 0, look.capabilitiesIn(pid, 'CapEff').length);
    const most = look.capabilitiesIn(pid, 'CapBnd').length;
    await lab.check('that a set-uid program would have', capabilities?.bounding?.length ?? 0, most);
  });
}

export async function fewerCalls(setup: Setup): Promise<void> {
  const { lab } = setup;
  await addPart(setup, 'seccomp', async ({ pid }) => {
    await lab.check('its calls', 'filtered', look.callsOf(pid));
  });
}

const ONE_USER =
  'Without root a container of the lab has one user, who is root inside. tslab doctor says what would help.';
