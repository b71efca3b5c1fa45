import type { Resources } from '../../container/record.js';
import { UserError } from '../../kernel/errors/user-error.js';
import { type MemoryFlags, parseMemory } from './memory.js';
import { invalid, wholeNumber } from './refuse.js';

/** The options of `run` that limit, as given. */
export interface LimitFlags extends MemoryFlags {
  readonly cpus?: string;
  readonly cpuPeriod?: string;
  readonly cpuQuota?: string;
  readonly cpuShares?: string;
  readonly cpusetCpus?: string;
  readonly cpusetMems?: string;
  readonly pidsLimit?: string;
  readonly blkioWeight?: string;
}

/** Limits, from the options of `run` on a machine with `cpuCount` CPUs. Throws UserError (2) for impossible values. */
export function parseResources(flags: LimitFlags, cpuCount: number): Resources {
  const { cpuShares, cpusetCpus, cpusetMems, pidsLimit, blkioWeight } = flags;
  return {
    ...cpuTime(flags, cpuCount),
    ...(cpuShares !== undefined && atLeastTwo(wholeNumber('--cpu-shares', cpuShares, 0))),
    ...(cpusetCpus !== undefined && { cpusetCpus: numberList('--cpuset-cpus', cpusetCpus) }),
    ...(cpusetMems && { cpusetMems: numberList('--cpuset-mems', cpusetMems) }),
    ...parseMemory(flags),
    ...(pidsLimit !== undefined && pidsLimited(wholeNumber('--pids-limit', pidsLimit, -1))),
    ...(blkioWeight !== undefined && weighed(wholeNumber('--blkio-weight', blkioWeight, 0))),
  };
}

/** `--cpus 1.5` becomes a quota of 150000 in a period of 100000: two ways to say the same, so only one may be used. */
function cpuTime({ cpus, cpuPeriod, cpuQuota }: LimitFlags, cpuCount: number): Resources {
  if (cpus !== undefined && (cpuPeriod ?? cpuQuota) !== undefined) {
    const other = cpuPeriod === undefined ? '--cpu-quota' : '--cpu-period';
    const message = `Conflicting options: --cpus and ${other} cannot both be set`;
    throw new UserError(message, 2, '--cpus 0.5 is the same as --cpu-period 100000 --cpu-quota 50000.');
  }
  if (cpus !== undefined) return nanoCpusOf(cpus, cpuCount);
  return {
    ...(cpuPeriod !== undefined && { cpuPeriod: microseconds('--cpu-period', cpuPeriod, 1_000_000) }),
    ...(cpuQuota !== undefined && { cpuQuota: microseconds('--cpu-quota', cpuQuota, Number.MAX_SAFE_INTEGER) }),
  };
}

/** Docker's 0 is no limit. */
function nanoCpusOf(cpus: string, cpuCount: number): Resources {
  const number = Number(cpus);
  if (!/^\d*\.?\d+$/.test(cpus)) throw invalid('--cpus', cpus, 'a number such as 1.5');
  if (number === 0) return {};
  if (number < 0.01 || number > cpuCount) {
    const range = `from 0.01 to ${cpuCount}.00, as there are only ${cpuCount} CPUs available`;
    throw invalid('--cpus', cpus, `the range of CPUs is ${range}`);
  }
  return { nanoCpus: Math.round(number * 1e9) };
}

/** tg_set_cfs_bandwidth() in kernel/sched/core.c wants 1 ms to 1 s of period, and 1 ms of quota. */
function microseconds(option: string, value: string, most: number): number {
  const number = wholeNumber(option, value, 1_000);
  if (number > most) throw invalid(option, value, `microseconds, from 1000 to ${most}`);
  return number;
}

/** 0 is Docker's word for the default; the kernel takes no share below 2. */
function atLeastTwo(shares: number): Resources {
  return shares === 0 ? {} : { cpuShares: Math.max(2, shares) };
}

function numberList(option: string, value: string): string {
  if (/^\d+(-\d+)?(,\d+(-\d+)?)*$/.test(value)) return value;
  throw invalid(option, value, `a list of ${option === '--cpuset-cpus' ? 'CPUs' : 'memory nodes'} such as 0-2,4`);
}

/** Docker's 0 is none. Its words (moby, verifyPlatformContainerResources()). */
function weighed(weight: number): Resources {
  if (weight === 0) return {};
  if (weight >= 10 && weight <= 1000) return { blkioWeight: weight };
  throw new UserError(`Range of blkio weight is from 10 to 1000: ${weight} is not in it`, 2, '0 is none.');
}

/** Docker's -1 and 0 are no limit. */
function pidsLimited(pids: number): Resources {
  return pids <= 0 ? {} : { pids };
}
