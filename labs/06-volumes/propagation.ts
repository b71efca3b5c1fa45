import { join } from 'node:path';
import { exitGroup, mkdir, mount, unshare } from '../../src/kernel/calls.js';
import * as k from '../../src/kernel/constants.js';
import type { Child } from '../../src/kernel/process.js';
import type { Syscall } from '../../src/kernel/syscall.js';
import type { Telling } from '../../src/lab/definition.js';
import type { Lab } from '../../src/lab/lab.js';
import { shell } from '../../src/lab/shell.js';
import { hostLines, type Sight } from '../../src/lab/sight.js';
import { readMountinfo } from '../../src/probe/mountinfo.js';
import { privateMounts } from '../01-pid-namespace.js';
import { makeShared } from '../02-rootfs/propagation.js';
import { PLAIN, withVolume } from './bind.js';
import type { Ground } from './ground.js';

export async function* privateVolume(lab: Lab, ground: Ground): Telling {
  const wanted = yield* lab.step('rprivate');
  const { inside, outside } = yield* mountLater(lab, ground, wanted ? k.MS_PRIVATE : 0);
  yield* lab.check('a later mount of the host is not seen inside', 'not seen', inside);
  yield* lab.check('nor one of the container outside', 'not seen', outside);
}

export async function* slaveVolume(lab: Lab, ground: Ground): Telling {
  const wanted = yield* lab.step('rslave');
  const { inside, outside } = yield* mountLater(lab, ground, wanted ? k.MS_SLAVE : 0);
  yield* lab.check('a later mount of the host is seen inside', 'seen', inside);
  yield* lab.check('one of the container is not seen outside', 'not seen', outside);
}

export async function* sharedVolume(lab: Lab, ground: Ground): Telling {
  yield* lab.step('rshared');
  const { inside, outside } = yield* mountLater(lab, ground, k.MS_SHARED);
  yield* lab.check('a later mount of the host is seen inside', 'seen', inside);
  yield* lab.check('and one of the container outside', 'seen', outside);
}

/** Mounts something in the volume on the host, and something inside, while the container runs: who sees what? */
async function* mountLater(
  lab: Lab,
  ground: Ground,
  propagation: number,
): Telling<{ inside: string; outside: string }> {
  const source = ground.directory('shared');
  const host = yield* lab.start({ namespaces: k.CLONE_NEWNS, calls: playHost(source) });
  const calls = [unshare(k.CLONE_NEWNS), ...withVolume(ground.box(), source, { ...PLAIN, propagation })];
  const child = yield* lab.enter(host, k.CLONE_NEWNS, [...calls, shell('exec sleep 60')]);
  yield* lab.observe('before', volumeMounts(host));
  yield* lab.observe('before', volumeMounts(child));
  yield* mountIn(lab, host, { place: join(source, 'later'), name: 'by-the-host' });
  yield* mountIn(lab, child, { place: '/data/inside', name: 'by-the-container' });
  yield* lab.observe('after', volumeMounts(host));
  yield* lab.observe('after', volumeMounts(child));
  const found = { inside: sees(child, 'by-the-host'), outside: sees(host, 'by-the-container') };
  yield* lab.kill(child);
  yield* lab.kill(host);
  return found;
}

// #region play-host
/** The real host's table shall not change, so a process in a mount namespace of its own plays the host: systemd makes / shared like this. */
function playHost(source: string): Syscall[] {
  const stage = [...privateMounts(), mount('disk', source, 'tmpfs', 0, null), ...makeShared(source)];
  return [...stage, shell('exec sleep 60')];
}

/** Mounts a tmpfs in the mount namespace of a process, as another process there would. */
async function* mountIn(lab: Lab, child: Child, { place, name }: { place: string; name: string }): Telling {
  const calls = [mkdir(place, 0o755), mount(name, place, 'tmpfs', 0, null), exitGroup(0)];
  const helper = yield* lab.enter(child, k.CLONE_NEWNS, calls);
  await helper.exited;
}
// #endregion

function volumeMounts({ pid }: Child): Sight {
  return hostLines(`/proc/${pid}/mountinfo`, / - tmpfs (disk|by-the-host|by-the-container) /);
}

function sees({ pid }: Child, name: string): 'seen' | 'not seen' {
  return readMountinfo(pid).some(({ source }) => source === name) ? 'seen' : 'not seen';
}
