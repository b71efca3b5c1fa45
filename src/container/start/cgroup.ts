import { basename, dirname } from 'node:path';
import type { OwnCgroup } from '../../../labs/12-runtime/calls/container.js';
import type { Cgroup } from '../../cgroup/cgroup.js';
import { openCgroups } from '../../cgroup/open.js';
import { V1Cgroup } from '../../cgroup/v1/v1-cgroup.js';
import { UserError } from '../../kernel/errors/user-error.js';
import type { Linux } from '../../oci/linux.js';
import { detectLayout } from '../../procfs/cgroups.js';
import { readMountinfo } from '../../procfs/mountinfo.js';

type Resources = NonNullable<Linux['resources']>;

interface Limited {
  readonly id: string;
  readonly resources: object;
}

/** The cgroup that a container will have, named after it. Undefined where none can be made here and no limit was asked for. */
export function planCgroup({ id, resources }: Limited): Cgroup | undefined {
  try {
    return openCgroups().plan(id);
  } catch (error) {
    if (error instanceof UserError && Object.keys(resources).length === 0) return undefined;
    throw error;
  }
}

/** What the list of a container does with its cgroup: tslab makes it, with its limits, and the child moves itself in. */
export function inCgroup(cgroup: Cgroup, resources: Resources): OwnCgroup {
  const lines = [...cgroup.directories.map((directory) => `mkdir ${directory}`), ...limitLines(resources)];
  const open = () => {
    cgroup.make();
    applyLimits(cgroup, resources);
  };
  const directories = new Map(cgroup.directories.map((directory) => [hierarchyOf(directory), directory]));
  return { gate: { lines, open }, join: cgroup.joinCalls(), directories };
}

/**
 * How a container sees its cgroup. Without one of its own: on v2 that which it was started in, on v1 nothing, which covers the
 * host's where that is in sight (`--network host` without root). Undefined where there are no cgroups at all.
 */
export function cgroupVersion(cgroup: Cgroup | undefined): 1 | 2 | undefined {
  if (cgroup) return cgroup instanceof V1Cgroup ? 1 : 2;
  const layout = detectLayout(readMountinfo());
  if (layout === 'none') return undefined;
  return layout === 'v2' ? 2 : 1;
}

/** `/sys/fs/cgroup/cpu,cpuacct/tslab/NAME` is in the hierarchy `cpu,cpuacct`. */
function hierarchyOf(directory: string): string {
  return basename(dirname(dirname(directory)));
}

/** The cgroup of a container that has one, whoever made it. */
export function findCgroup(id: string): Cgroup | undefined {
  try {
    return openCgroups().find(id);
  } catch {
    return undefined;
  }
}

/** Lets the processes of a container go on, or die, where something has frozen them. */
export function thawWhatIsThere(id: string): void {
  try {
    findCgroup(id)?.thaw();
  } catch {
    // It goes with its last process, at any moment. Whoever waits for the end of one that stays frozen will tell.
  }
}

function limitLines({ cpu = {}, memory, pids }: Resources): string[] {
  const { quota: cpuQuota, period: cpuPeriod, shares: cpuShares, cpus: cpusetCpus } = cpu;
  const limits = { cpuQuota, cpuPeriod, cpuShares, cpusetCpus, memory: memory?.limit, pids: pids?.limit };
  const given = Object.entries(limits).filter(([, value]) => value !== undefined);
  return given.map(([name, value]) => `limit ${name} to ${value}`);
}

function applyLimits(cgroup: Cgroup, { cpu = {}, memory, pids }: Resources): void {
  const { quota, period, shares, cpus } = cpu;
  const isTimed = (quota ?? period) !== undefined;
  if (isTimed)
    cgroup.setCpuQuota({ quota: quota === undefined ? null : Number(quota), period: Number(period ?? 100_000) });
  if (shares !== undefined) cgroup.setCpuWeight(weightOf(Number(shares)));
  if (cpus !== undefined) cgroup.setCpus(cpus);
  if (memory?.limit !== undefined) cgroup.setMemoryLimit(Number(memory.limit));
  if (pids !== undefined) cgroup.setPidsLimit(Number(pids.limit));
}

/** Docker counts from 1024, a cgroup of v2 from 100, both for an ordinary share. */
function weightOf(shares: number): number {
  return Math.min(10_000, Math.max(1, Math.round((shares * 100) / 1024)));
}
