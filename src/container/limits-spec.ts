/** Makes what the specification says of limits of what a record says of them. */
import { RLIM_INFINITY } from '../kernel/calls/index.js';
import type { Linux } from '../oci/linux.js';
import type { Process } from '../oci/spec.js';
import type { DeviceRate, ResourceLimit, Resources } from './record.js';
import { diskNumbers } from './start/devices.js';

/** -1 is RLIM_INFINITY. */
export function rlimitOf({ name, soft, hard }: ResourceLimit): NonNullable<Process['rlimits']>[number] {
  const wide = (limit: number) => (limit === -1 ? RLIM_INFINITY : limit);
  return {
    type: `RLIMIT_${name.toUpperCase()}` as `RLIMIT_${Uppercase<typeof name>}`,
    soft: wide(soft),
    hard: wide(hard),
  };
}

/** moby, getCPUResources() in daemon/daemon_unix.go: the kernel's usual period, in microseconds. */
const PERIOD = 100_000;

/** Limits as the specification says them. */
export function resourcesOf(resources: Resources): NonNullable<Linux['resources']> {
  const { nanoCpus, cpuShares, cpusetCpus, cpusetMems, pids } = resources;
  const blockIO = blockIoOf(resources);
  const { cpuQuota, cpuPeriod } =
    nanoCpus === undefined ? resources : { cpuQuota: Math.round((nanoCpus * PERIOD) / 1e9), cpuPeriod: PERIOD };
  const cpu = {
    ...(cpuQuota !== undefined && { quota: cpuQuota }),
    ...(cpuPeriod !== undefined && { period: cpuPeriod }),
    ...(cpuShares !== undefined && { shares: cpuShares }),
    ...(cpusetCpus !== undefined && { cpus: cpusetCpus }),
    ...(cpusetMems !== undefined && { mems: cpusetMems }),
  };
  const memory = memoryOf(resources);
  return {
    ...(Object.keys(cpu).length > 0 && { cpu }),
    ...(Object.keys(memory).length > 0 && { memory }),
    ...(pids !== undefined && { pids: { limit: pids } }),
    ...(Object.keys(blockIO).length > 0 && { blockIO }),
  };
}

function blockIoOf(resources: Resources): NonNullable<NonNullable<Linux['resources']>['blockIO']> {
  const { blkioWeight, deviceReadBps, deviceWriteBps, deviceReadIops, deviceWriteIops } = resources;
  return {
    ...(blkioWeight !== undefined && { weight: blkioWeight }),
    ...(deviceReadBps && { throttleReadBpsDevice: deviceReadBps.map(throttleOf) }),
    ...(deviceWriteBps && { throttleWriteBpsDevice: deviceWriteBps.map(throttleOf) }),
    ...(deviceReadIops && { throttleReadIOPSDevice: deviceReadIops.map(throttleOf) }),
    ...(deviceWriteIops && { throttleWriteIOPSDevice: deviceWriteIops.map(throttleOf) }),
  };
}

function throttleOf({ path, rate }: DeviceRate) {
  return { ...diskNumbers(path), rate };
}

function memoryOf({ memory, memorySwap, memoryReservation, memorySwappiness, oomKillDisable }: Resources) {
  return {
    // Unless said otherwise the same limit with swap, so that nothing is swapped out.
    ...(memory !== undefined && { limit: memory, swap: memorySwap ?? memory }),
    ...(memoryReservation !== undefined && { reservation: memoryReservation }),
    ...(memorySwappiness !== undefined && { swappiness: memorySwappiness }),
    ...(oomKillDisable && { disableOOMKiller: true }),
  };
}
