/** What of a cgroup can be limited, weighed or counted. On v2, `cpuacct`, `freezer` and `devices` are part of every cgroup. */
export type Controller = 'cpu' | 'cpuacct' | 'cpuset' | 'memory' | 'pids' | 'freezer' | 'devices' | 'io';

/** Those that a cgroup of ours has unless told otherwise. */
export const USUAL_CONTROLLERS: readonly Controller[] = ['cpu', 'cpuacct', 'cpuset', 'memory', 'pids', 'freezer'];

/** Those of a container, without a limit for disks. */
export const CONTAINERS_CONTROLLERS: readonly Controller[] = [...USUAL_CONTROLLERS, 'devices'];

/** `io` is `blkio` on v1. */
export const CONTROLLERS: readonly Controller[] = [...CONTAINERS_CONTROLLERS, 'io'];

/** Microseconds of CPU time in each period, which is in microseconds too; null is no limit. 20000 in 100000 is a fifth of one CPU. */
export interface CpuQuota {
  readonly quota: number | null;
  readonly period: number;
}

export interface CpuStats {
  /** CPU time used so far by all processes, in seconds. */
  readonly usage: number;
  /** Periods in which something ran under a quota, and those of them in which the quota ran out. */
  readonly periods: number;
  readonly throttledPeriods: number;
  /** Time spent waiting for the next period, in seconds, summed over CPUs. */
  readonly throttledTime: number;
}

export interface MemoryStats {
  /** Bytes charged now, page cache included. */
  readonly current: number;
  /** The maximum so far; null where the kernel does not say (v2 before Linux 5.19). */
  readonly peak: number | null;
  /** Processes killed because the limit was reached. */
  readonly oomKills: number;
}

export interface PidsStats {
  /** Processes and threads now. */
  readonly current: number;
  /** The maximum so far; null where the kernel does not say (before Linux 6.1). */
  readonly peak: number | null;
  /** How often fork() was refused because of the limit. */
  readonly refused: number;
}
