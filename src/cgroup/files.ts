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
  'memory.limit': ['memory', 'memory.limit_in_bytes', 'memory.max'],
  // v1 limits the sum of memory and swap, v2 swap alone.
  'memory.swap': ['memory', 'memory.memsw.limit_in_bytes', 'memory.swap.max'],
  'memory.swappiness': ['memory', 'memory.swappiness', 'memory.swap.max'],
  'memory.current': ['memory', 'memory.usage_in_bytes', 'memory.current'],
  'memory.peak': ['memory', 'memory.max_usage_in_bytes', 'memory.peak'],
  'memory.stat': ['memory', 'memory.stat', 'memory.stat'],
  'memory.events': ['memory', 'memory.oom_control', 'memory.events'],
  'pids.limit': ['pids', 'pids.max', 'pids.max'],
  'pids.current': ['pids', 'pids.current', 'pids.current'],
  'pids.peak': ['pids', 'pids.peak', 'pids.peak'],
  'pids.events': ['pids', 'pids.events', 'pids.events'],
} as const satisfies Record<string, readonly [Controller, string, string]>;

/** The purpose of a cgroup's file, by one name for both layouts. */
export type Role = keyof typeof FILES;
