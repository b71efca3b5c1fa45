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

/** `quota` of `--quota <share>`. */
export function optionName({ flags }: Pick<LabOption, 'flags'>): string {
  return flags.replace(/^--/, '').replace(/ .*/, '');
}

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
    id: '07-uts-ipc',
    title: 'A name, a mailbox and a clock',
    summary: 'host names, System V IPC, POSIX message queues, shared memory, clocks, cgroup paths; what stays shared',
    options: [],
    load: async () => (await import('./07-uts-ipc/lab.js')).utsIpcLab,
  },
  {
    id: '08-network',
    title: 'A wire of its own',
    summary: 'links, addresses, a bridge, address translation, published ports, names; all by netlink',
    options: [],
    load: async () => (await import('./08-network/lab.js')).networkLab,
  },
  {
    id: '09-users',
    title: 'Root inside, nobody outside',
    summary: 'user namespaces, maps of ids, whose a namespace is, id-mapped layers and volumes, ids for ordinary users',
    options: [],
    load: async () => (await import('./09-users/lab.js')).usersLab,
  },
  {
    id: '10-security',
    title: 'What root may not',
    summary:
      'capabilities, what execve leaves of them, no_new_privs, filters of system calls, devices; attacks, with and without',
    options: [],
    load: async () => (await import('./10-security/lab.js')).securityLab,
  },
  {
    id: '11-images',
    title: 'What an image is',
    summary: 'layers and digests, configs, chain IDs, whiteouts; hostile archives; commit, build, registries; a store',
    options: [],
    load: async () => (await import('./11-images/lab.js')).imagesLab,
  },
  {
    id: '12-runtime',
    title: 'The sum of the labs',
    summary: 'a container, one piece at a time; the whole list of calls, and a runtime that makes it',
    options: [],
    load: async () => (await import('./12-runtime/lab.js')).runtimeLab,
  },
];

/** All texts by id, in the order in which they are read: labs have lessons, and these two have no lab. */
export const LESSON_IDS: readonly string[] = ['00-introduction', ...CATALOGUE.map(({ id }) => id), 'glossary'];
