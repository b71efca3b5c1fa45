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
import { mayFail, type Syscall } from '../../../src/kernel/syscall.js';
import { withName } from '../../../src/lab/cause.js';
import type { Lab } from '../../../src/lab/lab.js';
import { errnoOf } from '../../../src/lab/observation.js';
import { stayAfter } from '../../../src/lab/script.js';
import { attachVolume, openVolume } from '../calls/mounts.js';
import { PLAIN } from './bind.js';
import * as look from './look.js';
import { container, enterRoot, type Root, type Setup } from './setup.js';

/** A malicious image, a volume that it is to get at /data/volume, and the directory that it aims at. */
interface Attack {
  readonly root: Root;
  readonly source: string;
  /** Stands for the /etc of the host: a directory of the host, and, as with /etc, the image has one of the same path. */
  readonly victim: string;
}

export async function naiveTarget(setup: Setup): Promise<void> {
  const { lab } = setup;
  await lab.step('naive-target');
  const { root, source, victim } = prepare(setup);
  await lab.observe('before', look.listOnHost(victim));
  const calls = mountNaively(root, source);
  const child = await stayAfter(lab, container(calls));
  await lab.observe('after', look.listOnHost(victim), withName(calls, 'mkdirat'));
  await lab.check('tslab has made a directory in a directory of the host', 'volume', look.namesIn(victim));
  await lab.check('where the container has its volume', 'nowhere', look.placesOf(source, child));
}

// #region naive
/** Makes the mount point and mounts, as root of the host, below the container's root: `data` is a link of the image. */
function mountNaively(root: Root, source: string): Syscall[] {
  const attach = [mkdir('data/volume', 0o755), mount(source, 'data/volume', null, k.MS_BIND, null)];
  return [...root.enter, ...attach, ...root.leave];
}
// #endregion

export async function afterThePivot(setup: Setup): Promise<void> {
  const { lab } = setup;
  await lab.step('after-pivot');
  const { root, source, victim } = prepare(setup);
  const tree = openVolume(source);
  const calls = [tree, ...enterRoot(root), ...attachVolume(tree, '/data/volume', PLAIN)];
  const child = await stayAfter(lab, container(calls));
  await lab.observe('after', look.listOnHost(victim));
  await stayedInside(lab, child, { root, source, victim });
}

export async function resolveInRoot(setup: Setup): Promise<void> {
  const { lab } = setup;
  const wanted = await lab.step('openat2');
  const attack = prepare(setup);
  const child = await stayAfter(lab, container(mountInRoot(attack, wanted ? RESOLVE_IN_ROOT : 0)));
  await lab.observe('after', look.listOnHost(attack.victim));
  await lab.check('told to follow no links, the kernel refuses', 'ELOOP', errnoOf(child, 'openat2'));
  await stayedInside(lab, child, attack);
}

// #region resolve-in-root
/** Before the pivot, but with a root that links and `..` do not leave: openat2(2), Linux 5.6. */
function mountInRoot({ root: { enter, leave }, source }: Attack, resolve: number): Syscall[] {
  const flags = k.O_PATH | k.O_DIRECTORY | k.O_CLOEXEC;
  const tree = openVolume(source);
  const root = open('.', flags);
  const strict = mayFail(openat2(root, 'data', { flags, resolve: RESOLVE_NO_SYMLINKS }));
  const parent = openat2(root, 'data', { flags, resolve });
  const target = openat2(root, 'data/volume', { flags, resolve });
  const resolved = [root, strict, parent, fchdir(parent), mkdir('volume', 0o755), target, fchdir(root)];
  const attach = moveMount(tree, '', target, '.', MOVE_MOUNT_F_EMPTY_PATH);
  return [...enter, tree, ...resolved, attach, ...leave];
}
// #endregion

async function stayedInside(lab: Lab, child: Child, { source, victim }: Attack): Promise<void> {
  await lab.observe('during', look.mountLines(child, victim));
  await lab.check('in the host’s directory there is', 'nothing', look.namesIn(victim));
  await lab.check('the volume is where the link leads inside', join(victim, 'volume'), look.placesOf(source, child));
}

// #region malicious-image
/** The image's /data is a symbolic link to the victim. */
function prepare({ directory, newRoot }: Setup): Attack {
  const [victim, layer] = [directory('etc'), directory('image')];
  mkdirSync(join(layer, victim), { recursive: true });
  symlinkSync(victim, join(layer, 'data'));
  return { root: newRoot(layer), source: directory('shared'), victim };
}
// #endregion
