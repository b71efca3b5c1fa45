/** A container as it was asked for. Written once to `container.json`, and changed only by `rename` and `start` (detached). */
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
  readonly process: ProcessConfig;
  readonly hostname: string;
  /** Bind mounts, volumes and tmpfs in the order in which they are mounted. */
  readonly mounts: readonly MountConfig[];
  readonly readOnly: boolean;
  readonly network: 'none' | 'host';
  readonly resources: Resources;
  /** PID 1 is a minimal init that reaps and forwards signals. */
  readonly init: boolean;
  readonly stopSignal: string;
  readonly restart: RestartPolicy;
  /** `--rm` */
  readonly autoRemove: boolean;
  /** `-d`, or a later `start`: its parent is a supervisor, not the command that started it. */
  readonly detached: boolean;
  /** Pieces of the list that `--skip` leaves out. */
  readonly skip: readonly string[];
}

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
}

export type MountConfig =
  | {
      readonly type: 'bind';
      readonly source: string;
      readonly target: string;
      readonly readOnly: boolean;
      readonly propagation: Propagation;
    }
  | {
      readonly type: 'volume';
      readonly name: string;
      readonly source: string;
      readonly target: string;
      readonly readOnly: boolean;
      readonly anonymous: boolean;
    }
  | { readonly type: 'tmpfs'; readonly target: string; readonly options: string };

export type Propagation = 'private' | 'rprivate' | 'slave' | 'rslave' | 'shared' | 'rshared';

/** Limits; undefined is none. */
export interface Resources {
  /** Microseconds of CPU time in each period. */
  readonly cpuQuota?: number;
  /** Microseconds. */
  readonly cpuPeriod?: number;
  /** Docker's scale: 1024 is the default. */
  readonly cpuShares?: number;
  /** A list of CPUs: `0-2,4`. */
  readonly cpusetCpus?: string;
  /** Bytes. */
  readonly memory?: number;
  readonly pids?: number;
}

export interface RestartPolicy {
  readonly name: 'no' | 'on-failure';
  /** Undefined: without a limit. */
  readonly maximum?: number;
}
