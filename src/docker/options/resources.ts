import type { Resources } from '../../container/record.js';
import { UserError } from '../../kernel/errors/user-error.js';
import { invalid, wholeNumber } from './refuse.js';
import { parseSize } from './size.js';

/** The options of `run` that limit, as given. */
export interface LimitFlags {
  readonly cpus?: string;
  readonly cpuPeriod?: string;
  readonly cpuQuota?: string;
  readonly cpuShares?: string;
  readonly cpusetCpus?: string;
  readonly memory?: string;
  readonly pidsLimit?: string;
}

/** Microseconds, the kernel's default. */
const PERIOD = 100_000;

/** moby, daemon_unix.go (linuxMinMemory): a program needs some megabytes to start at all. */
const LEAST_MEMORY = 6 * 2 ** 20;

/** Limits, from the options of `run` on a machine with `cpuCount` CPUs. Throws UserError (2) for impossible values. */
export function parseResources(flags: LimitFlags, cpuCount: number): Resources {
  const { cpuShares, cpusetCpus, memory, pidsLimit } = flags;
  return {
    ...cpuTime(flags, cpuCount),
    ...(cpuShares !== undefined && atLeastTwo(wholeNumber('--cpu-shares', cpuShares, 0))),
    ...(cpusetCpus !== undefined && { cpusetCpus: cpuList(cpusetCpus) }),
    ...(memory !== undefined && unlessNone(memory, { memory: memoryLimit(memory) })),
    ...(pidsLimit !== undefined && pidsLimited(wholeNumber('--pids-limit', pidsLimit, -1))),
  };
}

/** `--cpus 1.5` is a quota of 150000 in a period of 100000: two ways to say the same, so only one may be used. */
function cpuTime({ cpus, cpuPeriod, cpuQuota }: LimitFlags, cpuCount: number): Resources {
  if (cpus !== undefined && (cpuPeriod ?? cpuQuota) !== undefined) {
    const other = cpuPeriod === undefined ? '--cpu-quota' : '--cpu-period';
    const message = `Conflicting options: --cpus and ${other} cannot both be set`;
    throw new UserError(message, 2, '--cpus 0.5 is the same as --cpu-period 100000 --cpu-quota 50000.');
  }
  if (cpus !== undefined) return { cpuQuota: quotaOf(cpus, cpuCount), cpuPeriod: PERIOD };
  return {
    ...(cpuPeriod !== undefined && { cpuPeriod: microseconds('--cpu-period', cpuPeriod, 1_000_000) }),
    ...(cpuQuota !== undefined && { cpuQuota: microseconds('--cpu-quota', cpuQuota, Number.MAX_SAFE_INTEGER) }),
  };
}

function quotaOf(cpus: string, cpuCount: number): number {
  const number = Number(cpus);
  if (!/^\d*\.?\d+$/.test(cpus)) throw invalid('--cpus', cpus, 'a number such as 1.5');
  if (number < 0.01 || number > cpuCount) {
    const range = `from 0.01 to ${cpuCount}.00, as there are only ${cpuCount} CPUs available`;
    throw invalid('--cpus', cpus, `the range of CPUs is ${range}`);
  }
  return Math.round(number * PERIOD);
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

function cpuList(value: string): string {
  if (/^\d+(-\d+)?(,\d+(-\d+)?)*$/.test(value)) return value;
  throw invalid('--cpuset-cpus', value, 'a list of CPUs such as 0-2,4');
}

function memoryLimit(value: string): number {
  const bytes = parseSize('-m, --memory', value);
  if (bytes > 0 && bytes < LEAST_MEMORY) throw invalid('-m, --memory', value, 'the least memory limit is 6m (6 MiB)');
  return bytes;
}

function unlessNone(value: string, limit: Resources): Resources {
  return Number(value) === 0 ? {} : limit;
}

/** Docker's -1 and 0 are no limit. */
function pidsLimited(pids: number): Resources {
  return pids <= 0 ? {} : { pids };
}
