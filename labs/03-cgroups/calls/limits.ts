/** What this lab gives to a container runtime: the calls, and the settings of a cgroup, under the names that docker and OCI know them by. */
import type { Cgroup } from '../../../src/cgroup/cgroup.js';
import type { Syscall } from '../../../src/kernel/syscall.js';

// #region join-cgroup
/**
 * Whoever makes these calls moves into the cgroup: 0 stands for the writer (cgroups(7)).
 *
 * They come before any call that changes the root: /sys/fs/cgroup is the host's. In an OCI runtime this is `linux.cgroupsPath`,
 * for Docker `--cgroup-parent`.
 */
export function joinCgroup(group: Cgroup): Syscall[] {
  return group.joinCalls();
}
// #endregion

// #region limit-cpu
/**
 * So much CPU time and no more, as a number of CPUs: 0.2 is 20 ms in each period of 100 ms, the kernel's default.
 * `docker run --cpus 0.2`; OCI: `linux.resources.cpu.quota` and `.period`, in µs.
 */
export function limitCpu(group: Cgroup, cpus: number): void {
  const period = 100_000;
  group.setCpuQuota({ quota: Math.round(cpus * period), period });
}
// #endregion

// #region limit-memory
/** So many bytes and no more, with no way out into swap. `docker run --memory 32m`; OCI: `linux.resources.memory.limit`. */
export function limitMemory(group: Cgroup, bytes: number): void {
  group.setMemoryLimit(bytes);
}
// #endregion

// #region limit-pids
/** So many processes and threads and no more. `docker run --pids-limit 16`; OCI: `linux.resources.pids.limit`. */
export function limitPids(group: Cgroup, processes: number): void {
  group.setPidsLimit(processes);
}
// #endregion

// #region limit-cpus
/** These CPUs and no others, as a list such as `0-1,3`. `docker run --cpuset-cpus 0`; OCI: `linux.resources.cpu.cpus`. */
export function limitToCpus(group: Cgroup, cpus: string): void {
  group.setCpus(cpus);
}
// #endregion

// #region weigh-cpu
/**
 * How much of a contended CPU, compared with the cgroups beside it: 100 is what each has at first. It limits nothing.
 * `docker run --cpu-shares` and OCI `linux.resources.cpu.shares` count as v1 does, where 1024 is the default.
 */
export function weighCpu(group: Cgroup, weight: number): void {
  group.setCpuWeight(weight);
}
// #endregion

// #region freeze-group
/** Stops everything in the cgroup where it is; no process can notice or refuse. `docker pause`; OCI: the runtime's `pause`. */
export function freezeGroup(group: Cgroup): void {
  group.freeze();
}

/** Lets it go on. `docker unpause`. */
export function thawGroup(group: Cgroup): void {
  group.thaw();
}
// #endregion
