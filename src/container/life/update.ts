import { UserError } from '../../kernel/errors/user-error.js';
import { resourcesOf } from '../limits-spec.js';
import type { ContainerConfig, Resources } from '../record.js';
import { applyLimits, findCgroup } from '../start/cgroup.js';
import { isRunning } from '../state.js';
import { type Container, changeConfig, readContainer } from '../store/store.js';
import { tellOf } from '../store/tell.js';

/** The parts of a record that `update` changes. */
export type Change = (config: ContainerConfig) => Pick<ContainerConfig, 'resources' | 'restart'>;

/**
 * Changes the limits and the restart policy of a container: in its cgroup at once where it runs, and for later starts. Where the kernel
 * refuses one, all are as before. Throws UserError (2) where it is gone, (3) where it runs without a cgroup, SyscallError and node's errors.
 */
export function updateContainer(container: Container, change: Change): void {
  changeConfig(container, (config) => {
    const next = { ...config, ...change(config) };
    const now = readContainer(config.id);
    const isLimited = JSON.stringify(next.resources) !== JSON.stringify(config.resources);
    if (now && isRunning(now.state) && isLimited) limitRunning(config, next.resources);
    return next;
  });
  tellOf(container.config, 'update');
}

function limitRunning({ id, name, resources: before }: ContainerConfig, resources: Resources): void {
  const cgroup = findCgroup(id);
  if (!cgroup) {
    const message = `Container ${name} has no cgroup, and limits are files of that`;
    throw new UserError(message, 3, 'tslab doctor tells why none can be made here.');
  }
  if (resources.blkioWeight !== undefined && !cgroup.canWeighIo()) throw withoutIo(name);
  try {
    applyLimits(cgroup, resourcesOf(withEnded(before, resources)));
  } catch (error) {
    applyLimits(cgroup, resourcesOf(withEnded(resources, before)));
    throw error;
  }
}

/** To move what runs into one more hierarchy of v1 would race with its forks. */
function withoutIo(name: string): UserError {
  const message = `Container ${name} was started without --blkio-weight, so its cgroup has no file for it`;
  return new UserError(message, 3, `tslab stop ${name}; then update and start it.`);
}

/** A limit that is no more is said to the kernel: -1. */
function withEnded(before: Resources, { ...next }: Resources): Resources {
  const ended = (key: keyof Resources) => before[key] !== undefined && next[key] === undefined;
  const hadTime = ended('nanoCpus') || ended('cpuQuota');
  return {
    ...next,
    ...(ended('pids') && { pids: -1 }),
    ...(ended('memory') && { memory: -1, memorySwap: -1 }),
    ...(hadTime && (next.nanoCpus ?? next.cpuQuota) === undefined && { cpuQuota: -1 }),
    ...(ended('cpuShares') && { cpuShares: 1024 }),
  };
}
