import { basename, dirname, join } from 'node:path';
import type { Cgroup } from '../../../src/cgroup/cgroup.js';
import type { Role } from '../../../src/cgroup/files.js';
import type { Cgroups } from '../../../src/cgroup/open.js';
import { CONTAINERS_CONTROLLERS, type Controller } from '../../../src/cgroup/types.js';
import { membershipIn, readProcCgroup } from '../../../src/procfs/cgroups.js';
import { limitCpu, limitMemory, limitPids } from '../../03-cgroups/calls/limits.js';

interface Limit {
  readonly controller: Controller;
  readonly role: Role;
  /** What the kernel's file says then, up to the first space. */
  readonly value: string;
  apply(group: Cgroup): void;
}

// #region limits
/** `tslab run --cpus 0.5 --memory 64m --pids-limit 32` */
export const LIMITS: readonly Limit[] = [
  { controller: 'cpu', role: 'cpu.quota', value: '50000', apply: (group) => limitCpu(group, 0.5) },
  { controller: 'memory', role: 'memory.limit', value: '67108864', apply: (group) => limitMemory(group, 64 << 20) },
  { controller: 'pids', role: 'pids.limit', value: '32', apply: (group) => limitPids(group, 32) },
];

/** A cgroup with those of the limits that this machine has controllers for. */
export function makeLimited(cgroups: Cgroups): Cgroup {
  const { controllers } = cgroups;
  const group = limitedBy(cgroups);
  group.make();
  for (const { controller, apply } of LIMITS) if (controllers.has(controller)) apply(group);
  return group;
}
// #endregion

/** The cgroup of the lab's containers, before it is made. */
export function limitedBy({ plan }: Cgroups): Cgroup {
  return plan(cgroupName(), CONTAINERS_CONTROLLERS);
}

/** Ours, which the comparison of the host knows by the pid. */
export function cgroupName(): string {
  return `12-runtime-${process.pid}`;
}

/** Whether a process is in a cgroup of this name, in any hierarchy. */
export function isMember(pid: number, name = cgroupName()): boolean {
  return readProcCgroup(pid).some(({ path }) => basename(path) === name);
}

/** A process's cgroup where processes are counted. */
export function cgroupPath(pid: number): string {
  return membershipIn(readProcCgroup(pid), 'pids')?.path ?? 'none';
}

/** What the file of a limit says for a process, or `none` where it is in no cgroup of ours. */
export function limitOf(pid: number, { role }: Limit, group: Cgroup | undefined): string {
  if (!group?.has(role) || !isMember(pid)) return 'none';
  return group.read(role).split(' ')[0] ?? '';
}

/** The files that make the limits: their own, and the one by which a process joins. The cgroup that is told of is the last one's. */
export function limitsBy(group: Cgroup): string[] {
  const files = LIMITS.filter(({ role }) => group.has(role)).map(({ role }) => group.file(role));
  return [...files, ...files.slice(-1).map((file) => join(dirname(file), 'cgroup.procs'))];
}
