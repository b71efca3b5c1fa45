import { binarySize } from './sizes.js';

/** What `tslab info` tells, with Docker's names where it has one. */
export interface Info {
  readonly Containers: number;
  readonly ContainersRunning: number;
  readonly ContainersPaused: number;
  readonly ContainersStopped: number;
  readonly Images: number;
  readonly ServerVersion: string;
  readonly Driver: string;
  /** Who writes into cgroups: `none` where this process may not. */
  readonly CgroupDriver: 'cgroupfs' | 'none';
  readonly CgroupVersion: '1' | '2' | '';
  /** What a container can be limited in here. */
  readonly CgroupControllers: readonly string[];
  readonly MemoryLimit: boolean;
  readonly CpuCfsQuota: boolean;
  readonly CPUShares: boolean;
  readonly CPUSet: boolean;
  readonly PidsLimit: boolean;
  /** `name=rootless`, as Docker has it. */
  readonly SecurityOptions: readonly string[];
  readonly KernelVersion: string;
  readonly OperatingSystem: string;
  readonly OSType: string;
  readonly Architecture: string;
  readonly NCPU: number;
  /** Bytes. */
  readonly MemTotal: number;
  readonly Name: string;
  /** Where tslab keeps containers and volumes. */
  readonly DockerRootDir: string;
  readonly SystemTime: string;
  readonly Warnings: readonly string[];
}

/** The same in lines, in the order and the words of `docker info`. */
export function renderInfo(info: Info): string {
  const rootless = info.SecurityOptions.includes('name=rootless');
  const lines = [
    `Containers: ${info.Containers}`,
    ` Running: ${info.ContainersRunning}`,
    ` Paused: ${info.ContainersPaused}`,
    ` Stopped: ${info.ContainersStopped}`,
    `Images: ${info.Images}`,
    `Server Version: ${info.ServerVersion}`,
    `Storage Driver: ${info.Driver}`,
    `Cgroup Driver: ${info.CgroupDriver}`,
    `Cgroup Version: ${info.CgroupVersion || 'none is mounted'}`,
    `Cgroup Controllers: ${info.CgroupControllers.join(' ') || 'none'}`,
    ...(rootless ? ['Security Options:', ' rootless'] : []),
    `Kernel Version: ${info.KernelVersion}`,
    `Operating System: ${info.OperatingSystem}`,
    `OSType: ${info.OSType}`,
    `Architecture: ${info.Architecture}`,
    `CPUs: ${info.NCPU}`,
    `Total Memory: ${binarySize(info.MemTotal)}`,
    `Name: ${info.Name}`,
    `State Directory: ${info.DockerRootDir}`,
    ...info.Warnings.map((warning) => `WARNING: ${warning}`),
  ];
  return lines.map((line) => `${line}\n`).join('');
}

/** What `tslab version` tells, by Docker's names: one program is both, since there is no daemon. */
export interface Versions {
  readonly Client: Readonly<Record<'Version' | 'NodeVersion' | 'Os' | 'Arch', string>>;
  readonly Server: Readonly<Record<'Version' | 'KernelVersion' | 'Os' | 'Arch', string>>;
}

/** The same in lines, as `docker version` has them. */
export function renderVersions({ Client, Server }: Versions): string {
  return `Client: tslab
 Version:         ${Client.Version}
 Node.js version: ${Client.NodeVersion}
 OS/Arch:         ${Client.Os}/${Client.Arch}

Server: tslab too, which makes the system calls itself: there is no daemon
 Version:         ${Server.Version}
 Kernel version:  ${Server.KernelVersion}
 OS/Arch:         ${Server.Os}/${Server.Arch}
`;
}
