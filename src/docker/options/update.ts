import type { ContainerConfig, Resources } from '../../container/record.js';
import { UserError } from '../../kernel/errors/user-error.js';
import { type LimitFlags, parseResources } from './resources.js';
import { parseRestart } from './restart.js';

/** The options of `update`, as given. */
export interface UpdateFlags extends LimitFlags {
  readonly restart?: string;
}

type Changed = Pick<ContainerConfig, 'resources' | 'restart'>;

/**
 * What the options of `update` make of a container, on a machine with `cpuCount` CPUs. Throws UserError (2), in Docker's words where a new limit does
 * not go with an old one (moby, UpdateContainer() in container/container_unix.go).
 */
export function parseUpdate(flags: UpdateFlags, cpuCount: number): (config: ContainerConfig) => Changed {
  if (Object.keys(flags).length === 0) {
    throw new UserError('you must provide one or more flags when using this command', 1, 'Such as: --memory 64m');
  }
  const { restart, ...limits } = flags;
  const policy = restart === undefined ? undefined : parseRestart(restart);
  const asked = parseResources(limits, cpuCount);
  return (config) => {
    if (policy && policy.name !== 'no' && config.autoRemove) {
      throw refuse('Restart policy cannot be updated because AutoRemove is enabled for the container');
    }
    return { restart: policy ?? config.restart, resources: merge(config.resources, asked, limits) };
  };
}

function merge(before: Resources, asked: Resources, { pidsLimit }: LimitFlags): Resources {
  const { nanoCpus, cpuQuota, cpuPeriod, pids, ...kept } = before;
  if (before.nanoCpus !== undefined && (asked.cpuQuota ?? asked.cpuPeriod) !== undefined) {
    throw refuse('Conflicting options: CPU Quota cannot be updated as NanoCPUs has already been set');
  }
  const swap = before.memorySwap ?? -1;
  if (asked.memory !== undefined && asked.memorySwap === undefined && swap !== -1 && asked.memory > swap) {
    throw refuse(
      'Memory limit should be smaller than already set memoryswap limit, update the memoryswap at the same time',
    );
  }
  return {
    ...kept,
    ...(asked.nanoCpus === undefined && { nanoCpus, cpuQuota, cpuPeriod }),
    ...(pidsLimit === undefined && { pids }),
    ...asked,
  };
}

function refuse(message: string): UserError {
  return new UserError(message, 2);
}
