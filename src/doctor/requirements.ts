import type { Controller } from '../cgroup/types.js';
import type { StateNeed } from './state-problems.js';
import type { TrialName } from './trials.js';

/** Something that a lab wants from the machine: what the doctor tried, or one of the parts of tslab. */
export type Need =
  | TrialName
  | 'rootfs'
  | 'state'
  | StateNeed
  | 'second CPU'
  | 'trusted attributes'
  | 'root'
  | 'subordinate ids'
  | 'cgroups'
  | `${Controller} controller`;

export interface Requirement {
  readonly need: Need;
  /** What the lab does without it. Absent: it cannot run. */
  readonly without?: string;
  /** `without` is for ordinary users: root cannot run it. */
  readonly vitalForRoot?: true;
}

/** What every lab wants: a program in a root of its own is started with all descriptors above 2 closed. */
export const EVERY_LAB: readonly Requirement[] = needs('close_range', 'state', 'rootfs', 'chroot');

/** What every lab wants besides where it is not run by root. */
export const WITHOUT_ROOT: readonly Requirement[] = needs('user');

/** A container with the root of lab 02. */
const CONTAINER: readonly Requirement[] = [
  ...needs('state programs', 'pid', 'mnt', 'net', 'ipc', 'tmpfs', 'proc', 'sysfs', 'devpts', 'mqueue', 'pivot_root'),
  { need: 'mknod', without: 'the nodes in /dev are bind mounts of those of the host', vitalForRoot: true },
];

/** What each lab wants. A test compares the list with the catalogue. */
export const REQUIREMENTS: Readonly<Record<string, readonly Requirement[]>> = {
  '01-pid-namespace': needs('state programs', 'pid', 'mnt', 'proc'),
  '02-rootfs': CONTAINER,
  '03-cgroups': [
    ...needs('state programs', 'cgroups'),
    {
      need: 'cpuacct controller',
      without: 'only the steps join, memory-limit and pids-limit are left',
    },
    { need: 'freezer controller', without: 'the steps join and freeze are left out' },
    { need: 'cpu controller', without: 'the steps cpu-quota, fixed-work and cpu-weight are left out' },
    { need: 'memory controller', without: 'the steps memory-limit and account are left out' },
    { need: 'pids controller', without: 'the step pids-limit is left out' },
    { need: 'cpuset controller', without: 'the step cpuset is left out' },
    { need: 'second CPU', without: 'the step cpuset is left out' },
  ],
  '04-overlay': [
    ...needs('state space', 'state programs', 'mnt', 'tmpfs', 'overlay', 'state overlay', 'pivot_root'),
    { need: 'state attributes', without: 'the steps opaque, redirect and diff are left out' },
    { need: 'state user attributes', without: 'the step user-namespace is left out' },
    { need: 'user', without: 'the step user-namespace is left out' },
    { need: 'trusted attributes', without: 'the step redirect is left out' },
  ],
  '05-exec': [
    ...CONTAINER,
    ...needs('uts'),
    { need: 'cgroups', without: 'the steps no-cgroup and cgroup are left out' },
    { need: 'pids controller', without: 'the steps no-cgroup and cgroup are left out' },
  ],
  '06-volumes': [
    ...needs('state root', 'pid', 'mnt', 'tmpfs', 'pivot_root'),
    { need: 'overlay', without: 'the step commit is left out' },
    { need: 'state overlay', without: 'the step commit is left out' },
  ],
  '07-uts-ipc': [
    ...needs('uts', 'ipc', 'mnt', 'pid', 'net', 'tmpfs', 'mqueue'),
    { need: 'time', without: 'the step time is left out' },
    { need: 'cgroup', without: 'the step cgroup-ns is left out' },
    { need: 'cgroups', without: 'the step cgroup-ns is left out' },
    { need: 'pids controller', without: 'the step cgroup-ns is left out' },
  ],
  '08-network': [
    ...needs('net', 'veth', 'bridge', 'mnt'),
    { need: 'masquerade', without: 'the step nat is left out' },
    { need: 'dnat', without: 'the steps publish, own-port and keep-out are left out' },
    { need: 'vxlan', without: 'the step overlay is left out' },
  ],
  '09-users': [
    ...needs('user', 'mnt', 'uts', 'net', 'tmpfs'),
    { need: 'root', without: 'the steps root-is-root, image, idmap, volume and enter are left out' },
    { need: 'state id-mapping', without: 'the steps idmap and volume are left out' },
    { need: 'subordinate ids', without: 'the step subids is left out' },
  ],
  '10-security': [
    ...CONTAINER,
    {
      need: 'root',
      without: 'the steps breakout, capabilities, table, user, no-new-privs, devices, handle and attacks are left out',
    },
    { need: 'cgroups', without: 'the step devices is left out' },
  ],
  '11-images': needs('state space', 'state programs', 'mnt', 'tmpfs', 'overlay', 'state overlay', 'pivot_root'),
  '12-runtime': [
    ...CONTAINER,
    ...needs('uts', 'overlay', 'state overlay'),
    { need: 'root', without: 'the steps devices and user are left out' },
    { need: 'cgroups', without: 'the steps cgroup and devices are left out' },
    { need: 'cpu controller', without: 'there is no limit on CPU time' },
    { need: 'memory controller', without: 'there is no limit on memory' },
    { need: 'pids controller', without: 'there is no limit on processes' },
  ],
};

/** Programs of the host, and the labs that want them. */
export const PROGRAMS = {
  ip: { labs: [] },
  nft: { labs: [] },
} as const;

function needs(...all: Need[]): Requirement[] {
  return all.map((need) => ({ need }));
}
