import { readFileSync } from 'node:fs';
import type { Mount } from './mountinfo.js';
import { type Pid, procPath } from './proc.js';

/** The cgroup of a process in one hierarchy: a line of /proc/PID/cgroup, cgroups(7). */
export interface CgroupMembership {
  /** 0 is the one hierarchy of cgroup v2. */
  readonly hierarchy: number;
  /** Controllers of a v1 hierarchy, `name=…` where it has only a name; empty for v2. */
  readonly controllers: readonly string[];
  /** From the root of the reader's cgroup namespace; ` (deleted)` follows where a zombie outlived its cgroup. */
  readonly path: string;
}

/** The cgroups of a process, one a hierarchy. Throws (ENOENT, ESRCH) where the process is gone. */
export function readProcCgroup(pid: Pid): CgroupMembership[] {
  return parseProcCgroup(readFileSync(procPath(pid, 'cgroup'), 'utf8'));
}

/** The cgroups in the text of /proc/PID/cgroup. */
export function parseProcCgroup(text: string): CgroupMembership[] {
  // Only the first two colons separate: the path may hold more.
  const lines = [...text.matchAll(/^(\d+):([^:\n]*):(.*)$/gm)];
  return lines.map(([, hierarchy, controllers = '', path = '']) => ({
    hierarchy: Number(hierarchy),
    controllers: controllers === '' ? [] : controllers.split(','),
    path,
  }));
}

/** Where a controller counts: in the hierarchy of its own on v1, in the only one on v2. */
export function membershipIn(all: readonly CgroupMembership[], controller: string): CgroupMembership | undefined {
  return (
    all.find(({ controllers }) => controllers.includes(controller)) ?? all.find(({ hierarchy }) => hierarchy === 0)
  );
}

/**
 * How a machine's controllers are mounted.
 *
 * `hybrid` is systemd's word for v1 controllers with a cgroup2 mount beside them that has none. `none`: no controller
 * can be reached, as in a container without /sys/fs/cgroup.
 */
export type CgroupLayout = 'v1' | 'hybrid' | 'v2' | 'none';

/** The layout that a mount table shows. */
export function detectLayout(mounts: readonly Mount[]): CgroupLayout {
  const v1 = controllerMounts(mounts).size > 0;
  const v2 = cgroup2Mount(mounts) !== undefined;
  if (v1) return v2 ? 'hybrid' : 'v1';
  return v2 ? 'v2' : 'none';
}

/** Where each controller of cgroup v1 is mounted; several may share one mount point (`cpu,cpuacct`). */
export function controllerMounts(mounts: readonly Mount[]): Map<string, string> {
  const found = mounts
    .filter(({ fstype }) => fstype === 'cgroup')
    .flatMap(({ superOptions, mountPoint }) => superOptions.map((option) => [option, mountPoint] as const))
    .filter(([option]) => V1_CONTROLLERS.has(option));
  // A hierarchy may be mounted again elsewhere, say for a container: the first is the host's own. A Map keeps the last.
  return new Map(found.reverse());
}

// Controllers stand among other options (`rw`, `xattr`, `release_agent=…`), so they must be known by name: cgroups(7).
const V1_CONTROLLERS = new Set([
  'blkio',
  'cpu',
  'cpuacct',
  'cpuset',
  'devices',
  'freezer',
  'hugetlb',
  'memory',
  'misc',
  'net_cls',
  'net_prio',
  'perf_event',
  'pids',
  'rdma',
]);

/** Where cgroup v2 is mounted, the first place if there are several. */
export function cgroup2Mount(mounts: readonly Mount[]): string | undefined {
  return mounts.find(({ fstype }) => fstype === 'cgroup2')?.mountPoint;
}
