import { join } from 'node:path';
import { OWN_FILES } from '../../container/files/own-files.js';
import type { ContainerConfig } from '../../container/record.js';
import { isCreated } from '../../container/state.js';
import type { Container } from '../../container/store/store.js';
import type { CgroupLayout } from '../../procfs/cgroups.js';
import { GoMap, NIL_SLICE } from '../template/values.js';
import { inspectedConfig } from './config.js';
import { hostConfigOf } from './host-config.js';
import { mountPointOf } from './mount-points.js';
import { networkSettingsOf } from './network-settings.js';
import { inspectedState } from './state.js';

/** One system call of a container: its text in C, and the lab that explains it. */
export interface InspectedCall {
  readonly Lab: string;
  readonly Step: string;
  readonly Call: string;
}

/** What is not in its record: found out when it is looked at. */
export interface Found {
  /** Those that make it, or why there can be none. */
  readonly calls: readonly InspectedCall[] | string;
  /** Of this machine: only with v2 alone a container has a cgroup namespace. */
  readonly cgroups: CgroupLayout;
  /** Bytes; with `-s` only. */
  readonly sizes?: { readonly written: number; readonly all: number };
}

/**
 * A container as `docker inspect` shows it: moby's InspectResponse, in its order (api/types/container/container.go). What tslab has not is
 * as docker shows it where nothing was asked for; `Calls` is tslab's own.
 */
export function inspectedContainer(container: Container, { calls, cgroups, sizes }: Found) {
  const { config, state, directory } = container;
  const [HostnamePath, HostsPath, ResolvConfPath] = OWN_FILES.map((name) =>
    isCreated(state) ? '' : join(directory, name),
  );
  const inspected = {
    Id: config.id,
    Created: config.created,
    Path: config.process.args[0] ?? '',
    Args: config.process.args.slice(1),
    State: inspectedState(container),
    Image: config.image,
    ResolvConfPath,
    HostnamePath,
    HostsPath,
    LogPath: config.log?.driver === 'none' ? '' : join(directory, 'stdout.log'),
    Name: `/${config.name}`,
    RestartCount: state.restartCount,
    Driver: 'overlay2',
    Platform: 'linux',
    MountLabel: '',
    ProcessLabel: '',
    AppArmorProfile: '',
    ExecIDs: NIL_SLICE,
    HostConfig: hostConfigOf(config, cgroups),
    GraphDriver: { Data: overlayOf(config, directory), Name: 'overlay2' },
    SizeRw: sizes?.written,
    SizeRootFs: sizes?.all,
    Mounts: config.mounts.map(mountPointOf),
    Config: inspectedConfig(config),
    NetworkSettings: networkSettingsOf(container),
    Calls: calls,
  };
  return withId(inspected);
}

/** Templates of docker know the field by both names. */
function withId<T extends { readonly Id: string }>(inspected: T): T {
  return Object.defineProperty(inspected, 'ID', { value: inspected.Id, enumerable: false });
}

function overlayOf({ layers }: ContainerConfig, directory: string): GoMap {
  const [UpperDir, WorkDir, MergedDir] = ['upper', 'work', 'merged'].map((name) => join(directory, name));
  return new GoMap({ LowerDir: layers.join(':'), UpperDir, WorkDir, MergedDir }, '');
}
