import type { Cgroup } from '../../../src/cgroup/cgroup.js';
import { cgroupsOrReason } from '../../../src/cgroup/trial.js';
import { exitGroup, open } from '../../../src/kernel/calls/index.js';
import * as k from '../../../src/kernel/constants.js';
import type { Syscall } from '../../../src/kernel/syscall.js';
import type { Lab } from '../../../src/lab/lab.js';
import { observed } from '../../../src/lab/observation.js';
import { joinCgroup } from '../../03-cgroups/calls/limits.js';
import { deviceLines, limitDevices } from '../calls/devices.js';
import { readDisk } from './breakout.js';
import { hasLoopDevices, newDisk, SECRET } from './disk.js';
import { NO_DEVICES, NO_LOOP } from './possible.js';
import { container, resultOf } from './setup.js';

/** Does the step, or tells why this machine cannot. */
export async function devicesStep(lab: Lab): Promise<void> {
  const cgroups = cgroupsOrReason();
  if (typeof cgroups === 'string') return lab.cannot('devices', `${cgroups} tslab doctor says what would help.`);
  const cgroup = cgroups.plan(`10-security-${process.pid}`, ['devices']);
  if (!cgroup.canLimitDevices()) return lab.cannot('devices', NO_DEVICES);
  if (!hasLoopDevices()) return lab.cannot('devices', NO_LOOP);
  const wanted = await lab.step('devices');
  await lab.doing(() => cgroup.make());
  lab.atEnd(() => cgroup.remove());
  lab.afterStep(() => lab.doing(() => cgroup.remove()));
  await limitAccess(lab, cgroup, wanted);
}

// #region devices
async function limitAccess(lab: Lab, cgroup: Cgroup, wanted: boolean): Promise<void> {
  const [disk, join] = [await newDisk(lab), joinCgroup(cgroup)];
  const without = await lab.folded(() => readDisk(lab, disk, {}));
  await lab.check('what it reads of the disk, without rules', SECRET, without);
  if (wanted) await lab.doing(() => limitDevices(cgroup, []));
  await lab.observe('during', observed('host', 'rules for devices', deviceLines([]).join('\n')));
  await lab.check('the disk, with rules', 'EPERM', await readDisk(lab, disk, { join }));
  await lab.check('/dev/null, which a rule names', 'done', await openNull(lab, join));
}
// #endregion

function openNull(lab: Lab, join: readonly Syscall[]): Promise<string> {
  const { calls, ...spec } = container(lab, open('/dev/null', k.O_RDWR | k.O_CLOEXEC), exitGroup(0));
  return lab.folded(() => resultOf(lab, { ...spec, calls: [...join, ...calls] }));
}
