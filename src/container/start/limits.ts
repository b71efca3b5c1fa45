import type { Cgroup } from '../../cgroup/cgroup.js';
import { openCgroups } from '../../cgroup/open.js';
import { UserError } from '../../kernel/errors/user-error.js';
import type { ContainerConfig, Resources } from '../record.js';

/** The cgroup of a container, named after it. Undefined where none can be made here and no limit was asked for. */
export function makeCgroup(config: ContainerConfig): Cgroup | undefined {
  const cgroup = config.skip.includes('cgroup') ? undefined : createCgroup(config);
  try {
    if (cgroup) applyLimits(cgroup, config.resources);
    return cgroup;
  } catch (error) {
    cgroup?.remove();
    throw error;
  }
}

function createCgroup({ id, resources }: ContainerConfig): Cgroup | undefined {
  try {
    return openCgroups().create(id);
  } catch (error) {
    if (error instanceof UserError && Object.keys(resources).length === 0) return undefined;
    throw error;
  }
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
