import { chownSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { chdir, mount, open } from '../../../src/kernel/calls/index.js';
import * as k from '../../../src/kernel/constants.js';
import { mayFail, type Syscall } from '../../../src/kernel/syscall.js';
import type { Lab } from '../../../src/lab/lab.js';
import { runScript } from '../../../src/lab/script.js';
import { parseMountinfo } from '../../../src/procfs/mountinfo.js';
import { privateMounts } from '../../01-pid-namespace/calls/proc.js';
import { mountOverlay } from '../../04-overlay/calls/mount.js';
import { enterUserNamespace } from '../calls/enter-user.js';
import { idmapped } from '../calls/idmap.js';
import { mountIdmappedOverlay } from '../calls/overlay.js';
import { NOBODY, outcomes, ownerOutside, ownersIn } from './look.js';
import { BASE, becomeRoot, directoryFor, newContainer, newFile, withUserNamespace } from './setup.js';

/** A user of the image: its files are that one's, on the disk as well. */
const APP = 1000;

/** A directory with an image, a writable layer for it, and mount points: paths in this lab are relative to it. */
function newImage(lab: Lab, name: string, owner: number): string {
  const directory = directoryFor(lab, name);
  for (const path of ['image/etc', 'image/srv', 'layer/upper', 'layer/work', 'image-at', 'layer-at', 'merged'])
    mkdirSync(join(directory, path), { recursive: true });
  newFile(join(directory, 'image/etc/motd'), 'hello\n', { uid: 0, gid: 0, mode: 0o644 });
  newFile(join(directory, 'image/srv/page'), 'hello\n', { uid: APP, gid: APP, mode: 0o644 });
  for (const path of ['layer/upper', 'layer/work']) chownSync(join(directory, path), owner, owner);
  return directory;
}

const LIST = 'ls -ln etc/motd srv/page';
/** A new file in a directory of the image. */
const ADD = mayFail(open('etc/new', k.O_WRONLY | k.O_CREAT | k.O_CLOEXEC, 0o644));

// #region image
export async function imageStep(lab: Lab): Promise<void> {
  await lab.step('image');
  const directory = newImage(lab, 'image', BASE);
  const layers = { lower: ['image'], upper: 'layer/upper', work: 'layer/work', target: 'merged', privileged: false };
  const calls = [...privateMounts(), chdir(directory), ...becomeRoot(lab), ...mountOverlay(layers), chdir('merged')];
  const container = await newContainer(lab, k.CLONE_NEWNS, [...calls, ADD], LIST);
  const listed = await lab.hear(container, LIST, 2);
  // #endregion
  await lab.observe('during', ownerOutside(join(directory, 'image/etc/motd')));
  await lab.check('owners of two files of the image, inside', `${NOBODY} ${NOBODY}`, ownersIn(listed));
  await lab.check('a new file in its /etc', 'EACCES', outcomes(container, 'openat').at(-1) ?? '');
}

const SHOWN = {
  lower: ['image-at'],
  upper: 'layer-at/upper',
  work: 'layer-at/work',
  target: 'merged',
  privileged: true,
};

// #region idmap
export async function idmapStep(lab: Lab): Promise<void> {
  const wanted = await lab.step('idmap');
  const directory = newImage(lab, 'idmap', 0);
  const holder = await lab.folded(() => newContainer(lab, 0, []));
  await withUserNamespace(lab, holder, async (fd) => {
    const layers = [...privateMounts(), chdir(directory), ...showLayers(wanted ? fd : undefined)];
    const inside = [...enterUserNamespace(fd), chdir('merged'), ADD];
    const calls = [...layers, ...mountIdmappedOverlay(SHOWN, { uid: BASE, gid: BASE }), ...inside];
    const listed = await runScript(lab, { namespaces: k.CLONE_NEWNS, calls }, `${LIST} etc/new`);
    // #endregion
    await lab.check('owners of the image’s files and of a new one, inside', `0 0 ${APP}`, ownersIn(listed.output));
    await tellOwner(lab, join(directory, 'layer/upper/etc/new'));
    await mountedByRoot(lab, fd);
  });
}

/** Image and layer at other places: with the ids of a user namespace, or as they are. */
function showLayers(userNamespace: number | undefined): Syscall[] {
  return ['image', 'layer'].flatMap((path) =>
    userNamespace === undefined
      ? [mount(path, `${path}-at`, null, k.MS_BIND, null)]
      : idmapped(path, `${path}-at`, userNamespace),
  );
}

async function tellOwner(lab: Lab, path: string): Promise<void> {
  const owner = await lab.observe('after', ownerOutside(path));
  await lab.check('owner and group of the new file, on the disk', '0 0', owner);
}

// #region by-root
/** The same layers, but root itself mounts the overlay. */
async function mountedByRoot(lab: Lab, fd: number): Promise<void> {
  const directory = newImage(lab, 'by-root', 0);
  const calls = [...privateMounts(), chdir(directory), ...showLayers(fd), ...mountOverlay(SHOWN), chdir('merged'), ADD];
  const script = 'grep /merged /proc/self/mountinfo';
  const { output } = await runScript(lab, { namespaces: k.CLONE_NEWNS, calls }, script);
  const options = parseMountinfo(output)[0]?.superOptions ?? [];
  await lab.check('superblock of the same overlay, mounted by root', 'ro', options[0] ?? '');
}
// #endregion
