import type { Controller } from './types.js';

/**
 * The same idea in both layouts: [the v1 hierarchy that has it, its file there, its file on v2].
 *
 * Sources: Documentation/admin-guide/cgroup-v1/ and cgroup-v2.rst of the kernel, cgroups(7).
 */
export const FILES = {
  procs: ['freezer', 'cgroup.procs', 'cgroup.procs'],
  freeze: ['freezer', 'freezer.state', 'cgroup.freeze'],
  frozen: ['freezer', 'freezer.state', 'cgroup.events'],
  'cpu.quota': ['cpu', 'cpu.cfs_quota_us', 'cpu.max'],
  'cpu.period': ['cpu', 'cpu.cfs_period_us', 'cpu.max'],
  'cpu.weight': ['cpu', 'cpu.shares', 'cpu.weight'],
  'cpu.stat': ['cpu', 'cpu.stat', 'cpu.stat'],
  'cpu.usage': ['cpuacct', 'cpuacct.usage', 'cpu.stat'],
  'cpuset.cpus': ['cpuset', 'cpuset.cpus', 'cpuset.cpus'],
  'cpuset.effective': ['cpuset', 'cpuset.effective_cpus', 'cpuset.cpus.effective'],
  'cpuset.mems': ['cpuset', 'cpuset.mems', 'cpuset.mems'],
  'cpuset.mems.effective': ['cpuset', 'cpuset.effective_mems', 'cpuset.mems.effective'],
  'memory.limit': ['memory', 'memory.limit_in_bytes', 'memory.max'],
  // v1 limits the sum of memory and swap, v2 swap alone.
  'memory.swap': ['memory', 'memory.memsw.limit_in_bytes', 'memory.swap.max'],
  'memory.swappiness': ['memory', 'memory.swappiness', 'memory.swap.max'],
  // What is taken away last where memory is scarce: v1 as far as it goes, v2 strictly.
  'memory.reservation': ['memory', 'memory.soft_limit_in_bytes', 'memory.low'],
  'memory.current': ['memory', 'memory.usage_in_bytes', 'memory.current'],
  'memory.peak': ['memory', 'memory.max_usage_in_bytes', 'memory.peak'],
  'memory.stat': ['memory', 'memory.stat', 'memory.stat'],
  'memory.events': ['memory', 'memory.oom_control', 'memory.events'],
  'pids.limit': ['pids', 'pids.max', 'pids.max'],
  'pids.current': ['pids', 'pids.current', 'pids.current'],
  'pids.peak': ['pids', 'pids.peak', 'pids.peak'],
  'pids.events': ['pids', 'pids.events', 'pids.events'],
  'io.read.bps': ['io', 'blkio.throttle.read_bps_device', 'io.max'],
  'io.write.bps': ['io', 'blkio.throttle.write_bps_device', 'io.max'],
  'io.read.iops': ['io', 'blkio.throttle.read_iops_device', 'io.max'],
  'io.write.iops': ['io', 'blkio.throttle.write_iops_device', 'io.max'],
  // Of the scheduler BFQ, where the kernel has it; else v1's of CFQ (before Linux 5.0), v2's of iocost.
  'io.bfq.weight': ['io', 'blkio.bfq.weight', 'io.bfq.weight'],
  'io.weight': ['io', 'blkio.weight', 'io.weight'],
} as const satisfies Record<string, readonly [Controller, string, string]>;

/** What of a disk can be limited. */
export type IoRate = 'io.read.bps' | 'io.write.bps' | 'io.read.iops' | 'io.write.iops';

/** The purpose of a cgroup's file, by one name for both layouts. */
export type Role = keyof typeof FILES;
