import { statSync } from 'node:fs';
import type { Cgroup } from '../../../src/cgroup/cgroup.js';
import { type Observation, observed } from '../../../src/lab/observation.js';
import { readMountinfo } from '../../../src/procfs/mountinfo.js';
import type { NamespaceKind } from '../../../src/procfs/namespaces.js';
import { HOST_DEVICE, openFrom } from './device-rules.js';
import { cgroupPath, LIMITS, limitOf } from './limits.js';
import * as look from './look.js';
import type { Plan } from './parts.js';

/** What is isolated of a process: four tables, a row a property. */
export interface Matrix {
  readonly namespaces: Observation;
  readonly sees: Observation;
  readonly limits: Observation;
  readonly powers: Observation;
}

/** In the order in which they are shown. */
export const TABLES = ['namespaces', 'sees', 'limits', 'powers'] as const satisfies (keyof Matrix)[];

/** A process, and what cannot be read from outside. */
export interface Subject {
  readonly pid: number;
  /** What it has read as its host name, and as the path of its cgroup. */
  readonly hostname: string;
  readonly cgroupInside: string;
  readonly plan: Plan;
  readonly cgroup: Cgroup | undefined;
}

/** The namespaces that a container of this lab gets. */
export const OWN_KINDS: readonly NamespaceKind[] = ['pid', 'mnt', 'uts', 'ipc', 'net', 'cgroup'];
/** Those that it goes on sharing. Without root it has a user namespace from the beginning. */
const OTHER_KINDS: readonly NamespaceKind[] = ['time', 'user'];

/** Reads all of it, from the host. */
export function readMatrix(subject: Subject): Matrix {
  return {
    namespaces: namespacesOf(subject),
    sees: whatItSees(subject),
    limits: limitsOf(subject),
    powers: powersOf(subject),
  };
}

function namespacesOf({ pid }: Subject): Observation {
  const kinds = [...OWN_KINDS, ...OTHER_KINDS];
  return table(
    'namespaces (/proc/PID/ns)',
    kinds.map((kind): Row => [kind, look.ownOrShared(pid, kind)]),
  );
}

function whatItSees({ pid, hostname, cgroupInside, plan }: Subject): Observation {
  return table('what it sees (/proc/PID/root, mountinfo, net/dev, timens_offsets)', [
    ['processes', look.seesTslab(pid) ? 'the host’s' : `${look.visiblePids(pid).length}`],
    ['mounts', `${readMountinfo(pid).length}`],
    ['root', `inode ${statSync(look.inside(pid, '/')).ino}, ${look.rootMount(pid)?.fstype}`],
    ['writes to', look.whereWritesGo(pid, plan)],
    ['host name', hostname],
    ['shm', look.whoseShm(pid)],
    ['links', look.linksOf(pid).join(', ')],
    ['its cgroup', cgroupInside],
    ['clocks', look.whoseClocks(pid)],
    ['volume', look.hasVolume(pid, plan) ? `at ${plan.volume.target}` : 'none'],
  ]);
}

function limitsOf({ pid, cgroup }: Subject): Observation {
  return table('limits (/proc/PID/cgroup and the files there)', [
    ['directory', cgroupPath(pid)],
    ...LIMITS.map((limit): Row => [limit.controller, limitOf(pid, limit, cgroup)]),
  ]);
}

/** What it may do with what it can name. */
function powersOf({ pid, cgroup }: Subject): Observation {
  return table('what it may do (/proc/PID/status, and a try to open the kernel’s log from its cgroup)', [
    ['uid', look.userOf(pid)],
    ['powers', look.powersOf(pid)],
    ['calls', look.callsOf(pid)],
    ['host log', openFrom(pid, cgroup, HOST_DEVICE)],
  ]);
}

type Row = readonly [property: string, value: string];

/** Two spaces at least stand between the columns: by them views tell one from the other. */
function table(path: string, rows: readonly Row[]): Observation {
  return observed('host', path, rows.map(([property, value]) => property.padEnd(12) + value).join('\n'));
}
