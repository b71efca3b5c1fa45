import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fchdir, mkdir, mount, open } from '../../../src/kernel/calls/index.js';
import {
  MOVE_MOUNT_F_EMPTY_PATH,
  moveMount,
  openat2,
  RESOLVE_IN_ROOT,
  RESOLVE_NO_SYMLINKS,
} from '../../../src/kernel/calls/mount-api.js';
import * as k from '../../../src/kernel/constants.js';
import type { Child } from '../../../src/kernel/process.js';
import { recordErrno } from '../../../src/kernel/render.js';
import { mayFail, type Syscall } from '../../../src/kernel/syscall.js';
import type { Lab } from '../../../src/lab/lab.js';
import { privateMounts } from '../../01-pid-namespace/calls/proc.js';
import { attachVolume, openVolume } from '../calls/mounts.js';
import { PLAIN } from './bind.js';
import * as look from './look.js';
import { type Box, enterBox, type Ground, leaveHost } from './setup.js';

/** A malicious image, a volume that it is to get at /data/volume, and the directory that it aims at. */
interface Attack {
  readonly box: Box;
  readonly source: string;
  /** Stands for the /etc of the host: a directory of the host, and, as with /etc, the image has one of the same path. */
  readonly victim: string;
}

export async function naiveTarget(lab: Lab, ground: Ground): Promise<void> {
  await lab.step('naive-target');
  const { box, source, victim } = prepare(ground);
  await lab.observe('before', look.listOnHost(victim));
  const child = await look.stay(lab, mountNaively(box, source));
  await lab.observe('after', look.listOnHost(victim), 'mkdirat');
  await lab.check('tslab has made a directory in a directory of the host', 'volume', look.namesIn(victim));
  await lab.check('and the container has its volume', 'nowhere', look.placesOf(source, child));
  await lab.kill(child);
}

// #region naive
/** Makes the mount point and mounts, as root of the host, below the container's root: `data` is a link of the image. */
function mountNaively(box: Box, source: string): Syscall[] {
  const attach = [mkdir('data/volume', 0o755), mount(source, 'data/volume', null, k.MS_BIND, null)];
  return [...privateMounts(), ...box.mountRoot, ...attach, ...leaveHost()];
}
// #endregion

export async function afterThePivot(lab: Lab, ground: Ground): Promise<void> {
  await lab.step('after-pivot');
  const { box, source, victim } = prepare(ground);
  const tree = openVolume(source);
  const child = await look.stay(lab, [tree, ...enterBox(box), ...attachVolume(tree, '/data/volume', PLAIN)]);
  await lab.observe('after', look.listOnHost(victim));
  await stayedInside(lab, child, { box, source, victim });
}

export async function resolveInRoot(lab: Lab, ground: Ground): Promise<void> {
  const wanted = await lab.step('openat2');
  const attack = prepare(ground);
  const child = await look.stay(lab, mountInRoot(attack, wanted ? RESOLVE_IN_ROOT : 0));
  await lab.observe('after', look.listOnHost(attack.victim));
  const refused = child.trace().find(({ call }) => call.name === 'openat2');
  await lab.check('asked for no links at all, the kernel refuses', 'ELOOP', (refused && recordErrno(refused)) ?? null);
  await stayedInside(lab, child, attack);
}

// #region resolve-in-root
/** Before the pivot, but with a root that links and `..` do not leave: openat2(2), Linux 5.6. */
function mountInRoot({ box, source }: Attack, resolve: number): Syscall[] {
  const flags = k.O_PATH | k.O_DIRECTORY | k.O_CLOEXEC;
  const tree = openVolume(source);
  const root = open('.', flags);
  const strict = mayFail(openat2(root, 'data', { flags, resolve: RESOLVE_NO_SYMLINKS }));
  const parent = openat2(root, 'data', { flags, resolve });
  const target = openat2(root, 'data/volume', { flags, resolve });
  const resolved = [root, strict, parent, fchdir(parent), mkdir('volume', 0o755), target, fchdir(root)];
  const attach = moveMount(tree, '', target, '.', MOVE_MOUNT_F_EMPTY_PATH);
  return [...privateMounts(), ...box.mountRoot, tree, ...resolved, attach, ...leaveHost()];
}
// #endregion

async function stayedInside(lab: Lab, child: Child, { source, victim }: Attack): Promise<void> {
  await lab.observe('during', look.mountLines(child, victim));
  await lab.check('the host’s directory is as it was', 'nothing', look.namesIn(victim));
  await lab.check('the volume is where the link leads inside', join(victim, 'volume'), look.placesOf(source, child));
  await lab.kill(child);
}

// #region malicious-image
/** The image's /data is a symbolic link to the victim. */
function prepare(ground: Ground): Attack {
  const [victim, layer] = [ground.directory('etc'), ground.directory('image')];
  mkdirSync(join(layer, victim), { recursive: true });
  symlinkSync(victim, join(layer, 'data'));
  return { box: ground.box(layer), source: ground.directory('shared'), victim };
}
// #endregion
