import type { ContainerPort, PortRequest } from '../network/ports/published.js';
import type { LogConfig } from './logs/config.js';
import type { SecurityConfig } from './security.js';

/** A container as it was asked for. Written once to `container.json`, and changed only by `rename`, `update` and `start` (detached). */
export interface ContainerConfig {
  /** 64 hexadecimal digits, as Docker's. */
  readonly id: string;
  readonly name: string;
  /** The image's name, as given. */
  readonly image: string;
  /** Lower layers, topmost first: absolute directories. */
  readonly layers: readonly string[];
  /** ISO 8601. */
  readonly created: string;
  readonly labels: Labels;
  readonly process: ProcessConfig;
  /** `--entrypoint` gave the first of `process.args`. */
  readonly entrypoint?: boolean;
  readonly hostname: string;
  /** NIS domain name. Undefined: none. */
  readonly domainname?: string;
  /** Bind mounts, volumes and tmpfs in the order in which they are mounted. */
  readonly mounts: readonly MountConfig[];
  /** As given to `--volumes-from`; what came of it is among the mounts. */
  readonly volumesFrom?: readonly string[];
  readonly readOnly: boolean;
  /** `none`, `host`, `container:ID`, or the name of the first of its networks. */
  readonly network: string;
  /** The networks that it is in, in the order of its links. */
  readonly endpoints?: readonly EndpointConfig[];
  /** Undefined: the host's. */
  readonly dns?: DnsConfig;
  /** `NAME:ADDRESS`, or `NAME:host-gateway`: lines of /etc/hosts. */
  readonly extraHosts?: readonly string[];
  /** `-p`: ports of the host that are to lead to it. */
  readonly publish?: readonly PortRequest[];
  /** `-P`: any free port of the host for each that is exposed. */
  readonly publishAll?: boolean;
  /** `--expose`: ports that it is said to listen on. */
  readonly expose?: readonly ContainerPort[];
  /** `TSLAB_PUBLISH=proxy` */
  readonly proxyOnly?: boolean;
  /** Undefined: private. */
  readonly ipc?: IpcMode;
  /** Undefined: its own. */
  readonly pid?: 'host' | OfContainer;
  readonly uts?: 'host';
  /** Undefined: the host's, or without root one of its user's. */
  readonly userns?: UsernsConfig;
  /** Undefined: private on cgroup v2, that of the host on v1. */
  readonly cgroupns?: 'host' | 'private';
  readonly resources: Resources;
  /** Bytes of /dev/shm. Undefined: 64 MiB. */
  readonly shmSize?: number;
  /** -1000 to 1000. Undefined: that of whoever starts it. */
  readonly oomScoreAdj?: number;
  /** As given to `--group-add`: groups of the image, or their numbers. */
  readonly groupAdd?: readonly string[];
  readonly devices?: readonly DeviceConfig[];
  /** As given to `--device-cgroup-rule`. */
  readonly deviceRules?: readonly string[];
  readonly ulimits?: readonly ResourceLimit[];
  /** Settings of the kernel that its namespaces have for themselves, beside the usual ones. */
  readonly sysctls?: Readonly<Record<string, string>>;
  readonly security?: SecurityConfig;
  /** PID 1 is a minimal init that reaps and forwards signals. */
  readonly init: boolean;
  readonly stopSignal: string;
  /** Seconds from that to the SIGKILL, -1 for ever. Undefined: 10. */
  readonly stopTimeout?: number;
  readonly restart: RestartPolicy;
  readonly healthcheck?: Healthcheck;
  /** Undefined: json-file, without options. */
  readonly log?: LogConfig;
  /** `--rm` */
  readonly autoRemove: boolean;
  /** The file of `--cidfile`, as given. */
  readonly cidFile?: string;
  /** `-d`, or a later `start`: its parent is a supervisor, not the command that started it. */
  readonly detached: boolean;
  /** As given to `-a`. Undefined: both outputs. */
  readonly attach?: readonly StdStream[];
  /** Pieces of the list that `--skip` leaves out. */
  readonly skip: readonly string[];
}

/** A user namespace of a container of root's. */
export interface UsernsConfig {
  /** As given to `--userns`. */
  readonly mode: string;
  /** Who its root is on the host: that one, and so many in all, are its ids. */
  readonly uid: number;
  readonly gid: number;
  readonly size: number;
}

/** Docker's names of the kernel's RLIMIT_*. */
export const ULIMITS = [
  ...(['core', 'cpu', 'data', 'fsize', 'locks', 'memlock', 'msgqueue', 'nice'] as const),
  ...(['nofile', 'nproc', 'rss', 'rtprio', 'rttime', 'sigpending', 'stack'] as const),
] as const;

/** A device node of the host, or a directory of them, where the container has it, and which letters of rwm it may use. */
export interface DeviceConfig {
  readonly host: string;
  readonly container: string;
  readonly access: string;
}

/** Bytes or operations in a second, of a disk. */
export interface DeviceRate {
  readonly path: string;
  readonly rate: number;
}

/** A limit of each process; -1 is none. */
export interface ResourceLimit {
  readonly name: (typeof ULIMITS)[number];
  readonly soft: number;
  readonly hard: number;
}

/** A namespace of another container, by its id. */
export type OfContainer = `container:${string}`;
export const IPC_MODES = ['none', 'private', 'shareable', 'host'] as const;
export type IpcMode = (typeof IPC_MODES)[number] | OfContainer;

export const STD_STREAMS = ['stdin', 'stdout', 'stderr'] as const;
export type StdStream = (typeof STD_STREAMS)[number];

/** How a container is to be in a network. */
export interface EndpointConfig {
  /** The network's name. */
  readonly network: string;
  /** Names of it there beside its own. */
  readonly aliases: readonly string[];
  /** Undefined: a free one. */
  readonly address?: string;
  readonly address6?: string;
  /** Undefined: it follows from the address. */
  readonly mac?: string;
}

/** What /etc/resolv.conf says (resolv.conf(5)): of an empty list what the host's says. */
export interface DnsConfig {
  /** Addresses. */
  readonly servers: readonly string[];
  /** Domains; `.` alone: none. */
  readonly search: readonly string[];
  readonly options: readonly string[];
}

/** In a line of `extraHosts` the address at which a container reaches the host. */
export const HOST_GATEWAY = 'host-gateway';

/** What people note on a container or a volume, by key. */
export type Labels = Readonly<Record<string, string>>;

/** A program of a container: the first process, or one that `exec` adds. */
export interface ProcessConfig {
  /** The program and its arguments. */
  readonly args: readonly string[];
  /** `NAME=value` */
  readonly env: readonly string[];
  /** Absolute. */
  readonly cwd: string;
  /** As given to `-u`: `UID`, `UID:GID`, `name` or `name:group`, resolved in the container's /etc/passwd. */
  readonly user: string;
  readonly tty: boolean;
  /** `-i`: stdin stays open. */
  readonly interactive: boolean;
  readonly privileged?: boolean;
}

export type MountConfig =
  | {
      readonly type: 'bind';
      readonly source: string;
      readonly target: string;
      readonly readOnly: boolean;
      readonly propagation: Propagation;
      /** Files have there the ids that they have on the disk, in a user namespace as well. */
      readonly idmap?: boolean | undefined;
      /** It is another container's: `--volumes-from`. */
      readonly inherited?: boolean | undefined;
    }
  | {
      readonly type: 'volume';
      readonly name: string;
      readonly source: string;
      readonly target: string;
      readonly readOnly: boolean;
      readonly anonymous: boolean;
      readonly inherited?: boolean | undefined;
    }
  | { readonly type: 'tmpfs'; readonly target: string; readonly options: string };

export type Propagation = 'private' | 'rprivate' | 'slave' | 'rslave' | 'shared' | 'rshared';

/** Limits; undefined is none. */
export interface Resources {
  /** `--cpus`, in billionths of a CPU; else what the next two say. */
  readonly nanoCpus?: number;
  /** Microseconds of CPU time in each period. */
  readonly cpuQuota?: number;
  /** Microseconds. */
  readonly cpuPeriod?: number;
  /** Docker's scale: 1024 is the default. */
  readonly cpuShares?: number;
  /** A list of CPUs: `0-2,4`. */
  readonly cpusetCpus?: string;
  /** Nodes of memory, as a list. */
  readonly cpusetMems?: string;
  /** Bytes. */
  readonly memory?: number;
  /** Bytes of memory and swap together; -1: as much swap as there is. Undefined: no swap beside `memory`. */
  readonly memorySwap?: number;
  /** Bytes that are taken away last. */
  readonly memoryReservation?: number;
  /** 0 to 100. */
  readonly memorySwappiness?: number;
  readonly oomKillDisable?: boolean;
  readonly pids?: number;
  /** Share of a busy disk, 10 to 1000. */
  readonly blkioWeight?: number;
  readonly deviceReadBps?: readonly DeviceRate[];
  readonly deviceWriteBps?: readonly DeviceRate[];
  readonly deviceReadIops?: readonly DeviceRate[];
  readonly deviceWriteIops?: readonly DeviceRate[];
}

export interface RestartPolicy {
  readonly name: 'no' | 'on-failure' | 'always' | 'unless-stopped';
  /** Of `on-failure`. Undefined: without a limit. */
  readonly maximum?: number;
}

/** How the health of a container is checked. Times are in nanoseconds; without one, or with 0, it is Docker's usual. */
export interface Healthcheck {
  /** `CMD-SHELL` and a command for a shell in the container; `NONE`; empty where only times were given. */
  readonly test: readonly string[];
  readonly interval?: number;
  readonly timeout?: number;
  readonly startPeriod?: number;
  /** The interval in the start period. */
  readonly startInterval?: number;
  /** Failures in a row that make it unhealthy. */
  readonly retries?: number;
}
