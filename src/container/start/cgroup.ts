import { basename, dirname } from 'node:path';
import type { CgroupView } from '../../../labs/03-cgroups/calls/inside.js';
import type { Surroundings } from '../../../labs/12-runtime/calls/container.js';
import type { Cgroup } from '../../cgroup/cgroup.js';
import { openCgroups } from '../../cgroup/open.js';
import { V1Cgroup } from '../../cgroup/v1/v1-cgroup.js';
import { UserError } from '../../kernel/errors/user-error.js';
import { detectLayout } from '../../procfs/cgroups.js';
import { readMountinfo } from '../../procfs/mountinfo.js';
import type { ContainerConfig, Resources } from '../record.js';

/** The cgroup that a container will have, named after it. Undefined where none can be made here and no limit was asked for. */
export function planCgroup({ id, resources }: ContainerConfig): Cgroup | undefined {
  try {
    return openCgroups().plan(id);
  } catch (error) {
    if (error instanceof UserError && Object.keys(resources).length === 0) return undefined;
    throw error;
  }
}

/** What the list of a container does with its cgroup: tslab makes it, with its limits, and the child moves itself in. */
export function inCgroup(
  cgroup: Cgroup | undefined,
  { resources }: ContainerConfig,
): Pick<Surroundings, 'cgroup' | 'cgroupView'> {
  const cgroupView = viewOf(cgroup);
  if (!cgroup) return { cgroupView };
  const limits = Object.entries(resources).map(([name, value]) => `limit ${name} to ${value}`);
  const lines = [...cgroup.directories.map((directory) => `mkdir ${directory}`), ...limits];
  const open = () => {
    cgroup.make();
    applyLimits(cgroup, resources);
  };
  return { cgroup: { gate: { lines, open }, join: cgroup.joinCalls() }, cgroupView };
}

/**
 * What a container sees of its cgroup. Without one of its own: on v2 that which it was started in, on v1 nothing, which covers
 * the host's where that is in sight (`--network host` without root). Undefined where there are no cgroups at all.
 */
function viewOf(cgroup: Cgroup | undefined): CgroupView | undefined {
  if (cgroup) return cgroup instanceof V1Cgroup ? viewOfV1(cgroup.directories) : { version: 2 };
  const layout = detectLayout(readMountinfo());
  if (layout === 'none') return undefined;
  return layout === 'v2' ? { version: 2 } : viewOfV1([]);
}

/** `/sys/fs/cgroup/cpu,cpuacct/tslab/NAME` is in the hierarchy `cpu,cpuacct`. */
function viewOfV1(directories: readonly string[]): CgroupView {
  const hierarchy = (directory: string) => basename(dirname(dirname(directory)));
  return { version: 1, directories: new Map(directories.map((directory) => [hierarchy(directory), directory])) };
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

function applyLimits(cgroup: Cgroup, resources: Resources): void {
  const { cpuQuota, cpuPeriod, cpuShares, cpusetCpus, memory, pids } = resources;
  const cpuTime = cpuQuota ?? cpuPeriod;
  if (cpuTime !== undefined) cgroup.setCpuQuota({ quota: cpuQuota ?? null, period: cpuPeriod ?? 100_000 });
  if (cpuShares !== undefined) cgroup.setCpuWeight(weightOf(cpuShares));
  if (cpusetCpus !== undefined) cgroup.setCpus(cpusetCpus);
  if (memory !== undefined) cgroup.setMemoryLimit(memory);
  if (pids !== undefined) cgroup.setPidsLimit(pids);
}

/** Docker counts from 1024, a cgroup of v2 from 100, both for an ordinary share. */
function weightOf(shares: number): number {
  return Math.min(10_000, Math.max(1, Math.round((shares * 100) / 1024)));
}
