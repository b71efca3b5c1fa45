/** The steps that add a part: what each is to prove. */

import { readFileSync } from 'node:fs';
import { hostname as hostName } from 'node:os';
import { join } from 'node:path';
import { cgroupsOrReason } from '../../../src/cgroup/trial.js';
import { fileId } from '../../../src/procfs/file-id.js';
import { readMountinfo } from '../../../src/procfs/mountinfo.js';
import { type NamespaceKind, readNspid } from '../../../src/procfs/namespaces.js';
import { readRoutes } from '../../../src/procfs/net.js';
import { ifReadable } from '../../../src/procfs/proc.js';
import { addPart } from './add.js';
import { cgroupName, cgroupPath, isMember, LIMITS, limitOf } from './limits.js';
import * as look from './look.js';
import { OWN_KINDS, readMatrix } from './matrix.js';
import { GATEWAY, reachOtherEnd } from './other-end.js';
import { HOST_NAME, LETTER, type Setup, startContainer } from './setup.js';

export async function plainProcess(setup: Setup): Promise<void> {
  const { lab } = setup;
  await lab.step('plain');
  const container = await startContainer(setup);
  const { pid } = container;
  setup.before = readMatrix(container);
  for (const table of Object.values(setup.before)) await lab.observe('during', table);
  const own = OWN_KINDS.filter((kind) => look.ownOrShared(pid, kind) === 'own');
  await lab.check('namespaces of its own', 'none', own.join(', ') || 'none');
  await lab.check('its root is the host’s', fileId('/'), fileId(look.inside(pid, '/')));
}

// #region pid
export async function ownPids(setup: Setup): Promise<void> {
  const { lab } = setup;
  await addPart(setup, 'pid', async ({ pid }) => {
    await ownNamespace(setup, pid, 'pid');
    await lab.check('its own number in there', 1, readNspid(pid)?.at(-1) ?? null);
    await lab.check('but what it sees is still', 'the host’s /proc', whoseProc(pid));
  });
}
// #endregion

export async function ownRoot(setup: Setup): Promise<void> {
  const { lab, plan } = setup;
  await addPart(setup, 'mount', async ({ pid }) => {
    await ownNamespace(setup, pid, 'mnt');
    await lab.check('its root is the image', fileId(plan.image), fileId(look.inside(pid, '/')));
    await lab.check('its mounts', '/, /proc', mountPoints(pid));
    await lab.check('processes that it sees', 1, look.visiblePids(pid).length);
  });
}

export async function ownLayer(setup: Setup): Promise<void> {
  const { lab } = setup;
  await addPart(setup, 'overlay', async ({ pid, plan }) => {
    await lab.check('the filesystem of its root', 'overlay', look.rootMount(pid)?.fstype ?? null);
    await lab.check('what it writes goes to', 'a layer of its own', look.whereWritesGo(pid, plan));
  });
}

export async function ownName(setup: Setup): Promise<void> {
  const { lab } = setup;
  const before = hostName();
  await addPart(setup, 'uts-ipc', async ({ pid, hostname }) => {
    await ownNamespace(setup, pid, 'uts');
    await ownNamespace(setup, pid, 'ipc');
    await lab.check('its host name', HOST_NAME, hostname);
    await lab.check('the host’s host name', before, hostName());
    await lab.check('its shared memory', 'its own', look.whoseShm(pid));
  });
}

export async function ownLinks(setup: Setup): Promise<void> {
  const { lab, canLink, parts } = setup;
  await addPart(setup, 'net', async ({ pid, child }) => {
    await ownNamespace(setup, pid, 'net');
    await lab.check('its links', canLink ? 'lo, eth0' : 'lo', look.linksOf(pid).join(', '));
    if (!canLink) return;
    await lab.check('its way to all others', `default via ${GATEWAY} dev eth0`, readRoutes(pid)[0] ?? null);
    if (!parts.has('net')) return;
    await lab.check('who is at the other end: refused by a kernel', 'ECONNREFUSED', await reachOtherEnd(lab, child));
  });
}

export async function ownShare(setup: Setup): Promise<void> {
  const { lab } = setup;
  const cgroups = cgroupsOrReason();
  if (typeof cgroups === 'string') return await lab.cannot('cgroup', cgroups);
  await addPart(setup, 'cgroup', async ({ pid, cgroup, cgroupInside }) => {
    await lab.check('its cgroup', cgroupName(), isMember(pid) ? cgroupName() : cgroupPath(pid));
    await ownNamespace(setup, pid, 'cgroup');
    await lab.check('what it reads as the path of its cgroup', '/', cgroupInside);
    for (const limit of LIMITS.filter(({ controller }) => cgroups.controllers.has(controller)))
      await lab.check(`its limit: ${limit.controller}`, limit.value, limitOf(pid, limit, cgroup));
  });
}

export async function hostDirectory(setup: Setup): Promise<void> {
  const { lab } = setup;
  await addPart(setup, 'volume', async ({ pid, plan: { volume } }) => {
    const there = look.inside(pid, volume.target);
    await lab.check(`${volume.target} is the host’s directory`, fileId(volume.source), idOf(there));
    await lab.check('what the letter in it says', LETTER.text, textOf(join(there, LETTER.name)));
  });
}

function ownNamespace({ lab }: Setup, pid: number, kind: NamespaceKind): Promise<void> {
  return lab.check(`its ${kind} namespace`, 'own', look.ownOrShared(pid, kind));
}

function whoseProc(pid: number): string {
  return look.seesTslab(pid) ? 'the host’s /proc' : 'a /proc of its own';
}

/** Where its mounts are; of many only how many. */
function mountPoints(pid: number): string {
  const points = readMountinfo(pid).map(({ mountPoint }) => mountPoint);
  return points.length > 9 ? `${points.length} mounts` : points.join(', ');
}

function idOf(path: string): string {
  return ifReadable(() => fileId(path)) ?? 'no such directory';
}

function textOf(path: string): string {
  return ifReadable(() => readFileSync(path, 'utf8').trim()) ?? 'no such file';
}
