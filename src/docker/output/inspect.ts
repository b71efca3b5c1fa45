import { join } from 'node:path';
import type { ContainerConfig, MountConfig } from '../../container/record.js';
import { awaitsRestart, isPaused, isRunning } from '../../container/state.js';
import type { Container } from '../../container/store/store.js';
import { stateOf } from './ps.js';

/** One system call of a container: its text in C, and the lab that explains it. */
export interface InspectedCall {
  readonly Lab: string;
  readonly Step: string;
  readonly Call: string;
}

/**
 * A container as `docker inspect` shows it, as far as tslab has the fields. `Calls` is tslab's own: the system calls that make
 * the container, or why there can be none.
 */
export function inspected(container: Container, calls: readonly InspectedCall[] | string) {
  const { config, state, directory } = container;
  return {
    Id: config.id,
    Created: config.created,
    Path: config.process.args[0] ?? '',
    Args: config.process.args.slice(1),
    State: inspectedState(container),
    Image: config.image,
    Name: `/${config.name}`,
    RestartCount: state.restartCount,
    Driver: 'overlay2',
    LogPath: join(directory, 'stdout.log'),
    GraphDriver: { Name: 'overlay2', Data: overlayOf(config, directory) },
    Mounts: config.mounts.map(mountOf),
    Config: configOf(config),
    HostConfig: hostConfigOf(config),
    Calls: calls,
  };
}

function inspectedState(container: Container) {
  const { state } = container;
  const { init, exitCode, error, startedAt, finishedAt, oomKilled } = state;
  return {
    Status: stateOf(container),
    Running: isRunning(state),
    Paused: isPaused(state),
    Restarting: awaitsRestart(container),
    OOMKilled: oomKilled,
    Pid: init.pid,
    ExitCode: exitCode,
    Error: error,
    StartedAt: startedAt || NEVER,
    FinishedAt: finishedAt || NEVER,
  };
}

/** Go's zero time, which Docker shows for what has not happened. */
const NEVER = '0001-01-01T00:00:00Z';

function overlayOf({ layers }: ContainerConfig, directory: string) {
  const [UpperDir, WorkDir, MergedDir] = ['upper', 'work', 'merged'].map((name) => join(directory, name));
  return { LowerDir: layers.join(':'), UpperDir, WorkDir, MergedDir };
}

function mountOf(mount: MountConfig) {
  if (mount.type === 'tmpfs') return { Type: 'tmpfs', Destination: mount.target, Mode: mount.options, RW: true };
  const place = { Source: mount.source, Destination: mount.target, RW: !mount.readOnly };
  if (mount.type === 'volume') return { Type: 'volume', Name: mount.name, ...place, Driver: 'local' };
  return { Type: 'bind', ...place, Propagation: mount.propagation };
}

function configOf({ hostname, image, process, stopSignal }: ContainerConfig) {
  return {
    Hostname: hostname,
    User: process.user,
    Tty: process.tty,
    OpenStdin: process.interactive,
    Env: process.env,
    Cmd: process.args,
    Image: image,
    WorkingDir: process.cwd,
    StopSignal: stopSignal,
  };
}

function hostConfigOf({ network, restart, autoRemove, readOnly, init, resources }: ContainerConfig) {
  return {
    NetworkMode: network,
    RestartPolicy: { Name: restart.name, MaximumRetryCount: restart.maximum ?? 0 },
    AutoRemove: autoRemove,
    ReadonlyRootfs: readOnly,
    Init: init,
    CpuQuota: resources.cpuQuota ?? 0,
    CpuPeriod: resources.cpuPeriod ?? 0,
    CpuShares: resources.cpuShares ?? 0,
    CpusetCpus: resources.cpusetCpus ?? '',
    Memory: resources.memory ?? 0,
    PidsLimit: resources.pids ?? null,
  };
}
