import type { LabDefinition } from '../src/lab/definition.js';

/** One lab as lists, menus and the command line know it, without loading the lab itself. */
export interface CatalogueEntry {
  readonly id: string;
  readonly title: string;
  readonly summary: string;
  /** Options of this lab only. */
  readonly options: readonly LabOption[];
  load(): Promise<LabDefinition>;
}

export interface LabOption {
  /** As commander wants it: `--quota <share>`. */
  readonly flags: string;
  readonly description: string;
  readonly default: string;
}

/** A lab that does not exist yet. */
export interface PlannedLab {
  readonly id: string;
  /** What it will teach. */
  readonly about: string;
}

/** Labs that are still to be written, in their places between the others. */
export const PLANNED: readonly PlannedLab[] = [
  { id: '07-uts-ipc', about: 'host names, System V IPC and POSIX message queues' },
  { id: '08-network', about: 'links, addresses, a bridge, address translation and published ports' },
  { id: '09-users', about: 'user ids: who is root inside and nobody outside' },
  { id: '10-security', about: 'capabilities, seccomp and devices: what root inside may not do' },
  { id: '11-images', about: 'layers, digests and registries; what commit and build do' },
];

/** All labs in the order in which they are learned. A test compares it with labs/ and lessons/. */
export const CATALOGUE: readonly CatalogueEntry[] = [
  {
    id: '01-pid-namespace',
    title: 'Processes that see only each other',
    summary: 'clone(CLONE_NEWPID), the two pids of one process, what is special about PID 1',
    options: [],
    load: async () => (await import('./01-pid-namespace/lab.js')).pidNamespaceLab,
  },
  {
    id: '02-rootfs',
    title: 'A root of its own',
    summary: 'chroot and a breakout from it, mount namespaces, pivot_root, /proc, /sys and /dev',
    options: [],
    load: async () => (await import('./02-rootfs/lab.js')).rootfsLab,
  },
  {
    id: '03-cgroups',
    title: 'How much, not what',
    summary: 'limits on CPU, memory and processes; weights; accounting; the freezer',
    options: [
      { flags: '--quota <share>', description: 'CPU quota, in per cent of one CPU', default: '20%' },
      { flags: '--memory <size>', description: 'memory limit, such as 32m', default: '32m' },
      { flags: '--pids <number>', description: 'most processes', default: '16' },
      { flags: '--seconds <number>', description: 'length of each measurement', default: '2' },
    ],
    load: async () => (await import('./03-cgroups/lab.js')).cgroupsLab,
  },
  {
    id: '04-overlay',
    title: 'One image, many containers',
    summary: 'layers, copy-up, whiteouts, and what a second container costs',
    options: [],
    load: async () => (await import('./04-overlay/lab.js')).overlayLab,
  },
  {
    id: '05-exec',
    title: 'Into a running container',
    summary: 'setns one by one and all at once, what comes along and what must not',
    options: [],
    load: async () => (await import('./05-exec/lab.js')).execLab,
  },
  {
    id: '06-volumes',
    title: 'Files that outlive the container',
    summary: 'bind mounts, read-only and propagated; tmpfs; named volumes; mount points that lead outside',
    options: [],
    load: async () => (await import('./06-volumes/lab.js')).volumesLab,
  },
  {
    id: '12-runtime',
    title: 'The sum of the labs',
    summary: 'a container, one piece at a time; the whole list of calls, and a runtime that makes it',
    options: [],
    load: async () => (await import('./12-runtime/lab.js')).runtimeLab,
  },
];
