import { mount, unshare } from '../../../src/kernel/calls/index.js';
import * as k from '../../../src/kernel/constants.js';
import type { Child } from '../../../src/kernel/process.js';
import type { Syscall } from '../../../src/kernel/syscall.js';
import { naming } from '../../../src/lab/cause.js';
import type { Lab } from '../../../src/lab/lab.js';
import { hostLines, type Observation } from '../../../src/lab/observation.js';
import { chrootInto, shellThatStays, stayAfter } from '../../../src/lab/script.js';
import { readMountinfo } from '../../../src/procfs/mountinfo.js';
import { privateMounts } from '../../01-pid-namespace/calls/proc.js';
import { makeShared } from '../calls/propagation.js';

// #region propagation
/** A new mount namespace, some calls, then a mount: does it show up where the namespace was copied from? */
function mountInACopy(target: string, first: readonly Syscall[]): Syscall[] {
  return [unshare(k.CLONE_NEWNS), ...first, mount('made-inside', target, 'tmpfs', 0, null)];
}
// #endregion

export async function sharedMountLeaks(lab: Lab): Promise<void> {
  await lab.step('shared');
  const { outside } = await mountInside(lab, []);
  await lab.check('a mount made inside has leaked', 'seen outside', outside);
}

export async function privateMountStays(lab: Lab): Promise<void> {
  await lab.step('private');
  const { outside, inside } = await mountInside(lab, lab.unlessSkipped('private', privateMounts()));
  await lab.check('a mount made inside is there', 'seen inside', inside);
  await lab.check('a mount made inside stays inside', 'not seen outside', outside);
}

/** The host itself must stay clean, so a process in a mount namespace of its own plays the host. */
async function mountInside(lab: Lab, first: readonly Syscall[]): Promise<{ outside: string; inside: string }> {
  const place = `${lab.rootfs.path}/tmp`;
  const shared = [...privateMounts(), mount('stand-in', place, 'tmpfs', 0, null), ...makeShared(place)];
  const inRoot = chrootInto(lab.rootfs.path);
  const host = await stayAfter(lab, { namespaces: k.CLONE_NEWNS, calls: [...shared, ...inRoot] });
  await lab.observe('before', mountsOf(host));
  const copy = mountInACopy(place, first);
  const child = await lab.enter(host, k.CLONE_NEWNS, [...copy, ...inRoot, shellThatStays()]);
  await lab.observe('after', mountsOf(host), naming(copy, 'made-inside'));
  await lab.observe('during', mountsOf(child), naming(copy, 'made-inside'));
  const found = { outside: `${see(host)} outside`, inside: `${see(child)} inside` };
  return found;
}

function mountsOf({ pid }: Child): Observation {
  return hostLines(`/proc/${pid}/mountinfo`, / - tmpfs (stand-in|made-inside) /);
}

function see({ pid }: Child): 'seen' | 'not seen' {
  return readMountinfo(pid).some(({ source }) => source === 'made-inside') ? 'seen' : 'not seen';
}
