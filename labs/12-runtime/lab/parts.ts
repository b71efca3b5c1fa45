/** The steps that add a part: what each is to prove. */
import { readFileSync } from 'node:fs';
import { hostname as hostName } from 'node:os';
import { join } from 'node:path';
import type { Telling } from '../../../src/lab/definition.js';
import { readMountinfo } from '../../../src/probe/mountinfo.js';
import { type NamespaceKind, readNspid } from '../../../src/probe/namespaces.js';
import { ifReadable } from '../../../src/probe/proc.js';
import { fileId } from '../../02-rootfs/chroot.js';
import { addPart } from './add.js';
import { type Bench, HOST_NAME, LETTER, startContainer } from './bench.js';
import { cgroupName, cgroupPath, cgroupsOrReason, isMember, LIMITS, limitOf } from './limits.js';
import * as look from './look.js';
import { OWN_KINDS, readMatrix } from './matrix.js';

export async function* plainProcess(bench: Bench): Telling {
  const { lab } = bench;
  yield* lab.step('plain');
  const container = yield* startContainer(bench);
  const { pid } = container;
  bench.before = readMatrix(container);
  for (const table of Object.values(bench.before)) yield* lab.observe('during', table);
  const own = OWN_KINDS.filter((kind) => look.ownOrShared(pid, kind) === 'own');
  yield* lab.check('namespaces that are not tslab’s', 'none', own.join(', ') || 'none');
  yield* lab.check('its root is the host’s', fileId('/'), fileId(look.inside(pid, '/')));
  yield* lab.kill(container.child);
}

// #region pid
export async function* ownPids(bench: Bench): Telling {
  const { lab } = bench;
  yield* addPart(bench, 'pid', async function* ({ pid }) {
    yield* ownNamespace(bench, pid, 'pid');
    yield* lab.check('its own number in there', 1, readNspid(pid)?.at(-1) ?? null);
    yield* lab.check('but what it sees is still', 'the host’s /proc', whoseProc(pid));
  });
}
// #endregion

export async function* ownRoot(bench: Bench): Telling {
  const { lab, plan } = bench;
  yield* addPart(bench, 'mount', async function* ({ pid }) {
    yield* ownNamespace(bench, pid, 'mnt');
    yield* lab.check('its root is the image', fileId(plan.image), fileId(look.inside(pid, '/')));
    yield* lab.check('its mounts', '/, /proc', mountPoints(pid));
    yield* lab.check('processes that it sees', 1, look.visiblePids(pid).length);
  });
}

export async function* ownLayer(bench: Bench): Telling {
  const { lab } = bench;
  yield* addPart(bench, 'overlay', async function* ({ pid, plan }) {
    yield* lab.check('the filesystem of its root', 'overlay', look.rootMount(pid)?.fstype ?? null);
    yield* lab.check('what it writes goes to', 'a layer of its own', look.whereWritesGo(pid, plan));
  });
}

export async function* ownName(bench: Bench): Telling {
  const { lab } = bench;
  const before = hostName();
  yield* addPart(bench, 'uts-ipc', async function* ({ pid, hostname }) {
    yield* ownNamespace(bench, pid, 'uts');
    yield* ownNamespace(bench, pid, 'ipc');
    yield* lab.check('its host name', HOST_NAME, hostname);
    yield* lab.check('the host’s host name', before, hostName());
  });
}

export async function* ownLinks(bench: Bench): Telling {
  const { lab } = bench;
  yield* addPart(bench, 'net', async function* ({ pid }) {
    yield* ownNamespace(bench, pid, 'net');
    yield* lab.check('its links', 'lo', look.linksOf(pid).join(', '));
  });
}

export async function* ownShare(bench: Bench): Telling {
  const { lab } = bench;
  const cgroups = cgroupsOrReason();
  if (typeof cgroups === 'string') return yield* lab.cannot('cgroup', cgroups);
  yield* addPart(bench, 'cgroup', async function* ({ pid, cgroup }) {
    yield* lab.check('its cgroup', cgroupName(), isMember(pid) ? cgroupName() : cgroupPath(pid));
    for (const limit of LIMITS.filter(({ controller }) => cgroups.controllers.has(controller)))
      yield* lab.check(`its limit: ${limit.controller}`, limit.value, limitOf(pid, limit, cgroup));
  });
}

export async function* hostDirectory(bench: Bench): Telling {
  const { lab } = bench;
  yield* addPart(bench, 'volume', async function* ({ pid, plan: { volume } }) {
    const there = look.inside(pid, volume.target);
    yield* lab.check(`${volume.target} is the host’s directory`, fileId(volume.source), idOf(there));
    yield* lab.check('what the letter in it says', LETTER.text, textOf(join(there, LETTER.name)));
  });
}

function ownNamespace({ lab }: Bench, pid: number, kind: NamespaceKind): Telling {
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
