import { join } from 'node:path';
import { exitGroup, mkdir, mount, unshare } from '../../../src/kernel/calls/index.js';
import * as k from '../../../src/kernel/constants.js';
import type { Child } from '../../../src/kernel/process.js';
import type { Syscall } from '../../../src/kernel/syscall.js';
import type { Lab } from '../../../src/lab/lab.js';
import { hostLines, type Observation } from '../../../src/lab/observation.js';
import { shellThatStays, stayAfter } from '../../../src/lab/script.js';
import { readMountinfo } from '../../../src/procfs/mountinfo.js';
import { privateMounts } from '../../01-pid-namespace/calls/proc.js';
import { makeShared } from '../../02-rootfs/calls/propagation.js';
import { PLAIN, withVolume } from './bind.js';
import type { Setup } from './setup.js';

export async function privateVolume(setup: Setup): Promise<void> {
  const { lab } = setup;
  const wanted = await lab.step('rprivate');
  const { inside, outside } = await mountLater(setup, wanted ? k.MS_PRIVATE : 0);
  await lab.check('a later mount of the host is not seen inside', 'not seen', inside);
  await lab.check('nor is one of the container outside', 'not seen', outside);
}

export async function slaveVolume(setup: Setup): Promise<void> {
  const { lab } = setup;
  const wanted = await lab.step('rslave');
  const { inside, outside } = await mountLater(setup, wanted ? k.MS_SLAVE : 0);
  await lab.check('a later mount of the host is seen inside', 'seen', inside);
  await lab.check('one of the container is not seen outside', 'not seen', outside);
}

export async function sharedVolume(setup: Setup): Promise<void> {
  const { lab } = setup;
  await lab.step('rshared');
  const { inside, outside } = await mountLater(setup, k.MS_SHARED);
  await lab.check('a later mount of the host is seen inside', 'seen', inside);
  await lab.check('and one of the container is seen outside', 'seen', outside);
}

/** Mounts something in the volume on the host, and something inside, while the container runs: who sees what? */
async function mountLater(
  { lab, directory, newRoot }: Setup,
  propagation: number,
): Promise<{ inside: string; outside: string }> {
  const source = directory('shared');
  const host = await stayAfter(lab, { namespaces: k.CLONE_NEWNS, calls: playHost(source) });
  const calls = [unshare(k.CLONE_NEWNS), ...withVolume(newRoot(), source, { ...PLAIN, propagation })];
  const child = await lab.enter(host, k.CLONE_NEWNS, [...calls, shellThatStays()]);
  await lab.observe('before', volumeMounts(host));
  await lab.observe('before', volumeMounts(child));
  await mountIn(lab, host, { place: join(source, 'later'), name: 'by-the-host' });
  await mountIn(lab, child, { place: '/data/inside', name: 'by-the-container' });
  await lab.observe('after', volumeMounts(host));
  await lab.observe('after', volumeMounts(child));
  const found = { inside: sees(child, 'by-the-host'), outside: sees(host, 'by-the-container') };
  return found;
}

// #region play-host
/** The real host's table shall not change, so a process in a mount namespace of its own plays the host: systemd makes / shared like this. */
function playHost(source: string): Syscall[] {
  return [...privateMounts(), mount('disk', source, 'tmpfs', 0, null), ...makeShared(source)];
}

/** Mounts a tmpfs in the mount namespace of a process, as another process there would. */
async function mountIn(lab: Lab, child: Child, { place, name }: { place: string; name: string }): Promise<void> {
  const calls = [mkdir(place, 0o755), mount(name, place, 'tmpfs', 0, null), exitGroup(0)];
  const helper = await lab.enter(child, k.CLONE_NEWNS, calls);
  await helper.exited;
}
// #endregion

function volumeMounts({ pid }: Child): Observation {
  return hostLines(`/proc/${pid}/mountinfo`, / - tmpfs (disk|by-the-host|by-the-container) /);
}

function sees({ pid }: Child, name: string): 'seen' | 'not seen' {
  return readMountinfo(pid).some(({ source }) => source === name) ? 'seen' : 'not seen';
}
