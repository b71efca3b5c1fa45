import type { Controller } from '../cgroup/types.js';
import type { TrialName } from './trials.js';

/** Something that a lab wants from the machine: what the doctor tried, or one of the parts of tslab. */
export type Need = TrialName | 'rootfs' | 'state' | 'cgroups' | `${Controller} controller`;

export interface Requirement {
  readonly need: Need;
  /** What the lab does without it. Absent: it cannot run. */
  readonly without?: string;
}

/** What every lab wants. Programs are started with everything above descriptor 2 closed: close_range(2). */
export const EVERY_LAB: readonly Requirement[] = needs('close_range', 'state', 'rootfs');

/** What every lab wants besides where it is not run by root. */
export const WITHOUT_ROOT: readonly Requirement[] = needs('user');

/** What each lab wants. A test compares the list with the catalogue. */
export const REQUIREMENTS: Readonly<Record<string, readonly Requirement[]>> = {
  '01-pid-namespace': needs('pid', 'mnt', 'proc'),
  '02-rootfs': [
    ...needs('pid', 'mnt', 'tmpfs', 'proc', 'pivot_root'),
    { need: 'sysfs', without: '/sys of the container stays empty' },
    { need: 'mknod', without: 'the nodes in /dev are bind mounts of those of the host' },
  ],
  '03-cgroups': [
    ...needs('cgroups', 'cpuacct controller', 'freezer controller'),
    { need: 'cpu controller', without: 'no CPU quota and no weights' },
    { need: 'memory controller', without: 'no memory limit and no OOM kill' },
    { need: 'pids controller', without: 'no limit that stops a fork bomb' },
    { need: 'cpuset controller', without: 'no choice of CPUs' },
  ],
};

/** Programs of the host that labs use where they find them, and what they do without. */
export const PROGRAMS = {
  busybox: { labs: ['01-pid-namespace', '02-rootfs', '03-cgroups'], instead: 'copies of the programs of this host' },
  ip: { labs: [], instead: null },
  nft: { labs: [], instead: null },
} as const;

function needs(...all: Need[]): Requirement[] {
  return all.map((need) => ({ need }));
}
