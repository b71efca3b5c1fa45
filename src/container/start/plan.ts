import { join } from 'node:path';
import { type Elsewhere, SHM } from '../../../labs/12-runtime/calls/mounts.js';
import type { Layers, MadeNamespace, OwnLinks, Surroundings } from '../../../labs/12-runtime/calls/pieces.js';
import { LANDLOCK } from '../../../labs/12-runtime/calls/program.js';
import type { MadeForIt } from '../../../labs/12-runtime/calls/terminal.js';
import type { Cgroup } from '../../cgroup/cgroup.js';
import { SHARED } from '../../cgroup/directories.js';
import { notedFiles } from '../../image/store/stack.js';
import { landlockVersion } from '../../kernel/credentials/landlock-version.js';
import { isPrivileged } from '../../kernel/credentials/privilege.js';
import type { Spec } from '../../oci/spec.js';
import { guestOfLayers } from '../../rootfs/guest-file.js';
import { Layers as LayeredFiles } from '../../rootfs/layers.js';
import { programFor } from '../../seccomp/program.js';
import { driverMount } from '../../volume/driver.js';
import { lookUpVolume } from '../../volume/volumes.js';
import { ownMounts } from '../files/own-files.js';
import type { StartMount } from '../mount-spec.js';
import type { ContainerConfig, MountConfig } from '../record.js';
import { type AtStart, specOf } from '../spec.js';
import { NEW_STATE } from '../state.js';
import { directoryOf } from '../store/read.js';
import type { Container } from '../store/store.js';
import { mapsFor } from '../users/maps.js';
import { userMapOf } from '../users/user-map.js';
import { capabilitiesOf } from '../usual-spec.js';
import { cgroupVersion, inCgroup } from './cgroup.js';
import { resolveIdentity } from './identity.js';
import { initLayerOf } from './init-layer.js';
import { keyringOf } from './keyring.js';
import { placeMounts } from './places.js';
import { containerOf, type Shared } from './shared-namespaces.js';

/** What a container is to be, and what its list needs to know beside that. */
export interface Plan {
  readonly spec: Spec;
  readonly at: Surroundings;
}

/** What is there already when it starts: `inUse` are mounts of its volumes in other containers, by the volumes' names. */
interface Made extends MadeForIt {
  readonly network?: OwnLinks | undefined;
  readonly inUse?: ReadonlyMap<string, Elsewhere>;
  readonly shared?: Shared;
  readonly userNamespace?: MadeNamespace | undefined;
}

/** From what is kept of a container to what is to be. `planCgroup`: of one that is to start, or as if it were; else it sees none. */
export function planOf(container: Container, made: Made = {}, planCgroup?: () => Cgroup | undefined): Plan {
  const layers = layersOf(container);
  const start = atStart(container, layers);
  const cgroup = planCgroup?.();
  const deviceRules = isPrivileged() && cgroup?.canLimitDevices();
  const cgroups = planCgroup && cgroupVersion(cgroup);
  const cgroupsPath = cgroup && `${SHARED}/${container.config.id}`;
  const { terminal, pipes, inUse = new Map(), shared, userNamespace } = made;
  const spec = specOf(container.config, { ...start, shared: shared?.paths, cgroups, cgroupsPath, deviceRules });
  const ownFiles = start.ownFiles.flatMap((mount) => (mount.type === 'bind' ? [mount.source] : []));
  const at = {
    ...{ layers, terminal, pipes, ownFiles, cgroups, namespaces: shared?.opened },
    capabilities: capabilitiesOf(start),
    keyring: keyringOf(container.config.id),
    filter: spec.linux.seccomp && programFor(spec.linux.seccomp),
    landlock: spec.annotations?.[LANDLOCK] === undefined ? undefined : landlockVersion(),
    elsewhere: byTarget(start.mounts, inUse, shared?.shm),
    network: made.network,
    userNamespace,
    userMap: userNamespace ? undefined : userMapOf(spec.linux),
    cgroup: cgroup && inCgroup(cgroup, spec.linux.resources ?? {}, userNamespace !== undefined),
    withoutDevices: isPrivileged() && planCgroup !== undefined && !deviceRules,
  };
  return { spec, at };
}

function byTarget(mounts: readonly StartMount[], inUse: ReadonlyMap<string, Elsewhere>, shm: Elsewhere | undefined) {
  const isTaken = mounts.some(({ target }) => target === SHM);
  const placed = mounts.flatMap((mount): [string, Elsewhere][] => {
    const found = mount.type === 'driver' ? inUse.get(mount.name) : undefined;
    return found ? [[mount.target, found]] : [];
  });
  return new Map([...placed, ...(shm && !isTaken ? [[SHM, shm] as const] : [])]);
}

/** A container that is on no disk. */
export function unborn(config: ContainerConfig, directory = '/'): Container {
  return { config, directory, state: NEW_STATE };
}

/** Of its overlay: the writable layer is `upper`. */
export function layersOf({ config, directory }: Container): Layers {
  const [upper, work, target] = ['upper', 'work', 'merged'].map((name) => join(directory, name)) as [
    string,
    string,
    string,
  ];
  return { lower: [initLayerOf(config.layers), ...config.layers], upper, work, target };
}

/** What is known of it only now. Users are looked up in its layers: it is not mounted yet. */
export function atStart(container: Container, { upper, lower, target } = layersOf(container)): AtStart {
  const { config, directory } = container;
  using layers = new LayeredFiles([upper, ...lower]);
  const ids = mapsFor(config.userns);
  const noted = notedFiles(upper ?? '', config.layers);
  return {
    root: target,
    privileged: ids === undefined,
    ids,
    identity: resolveIdentity({ ...config, ...config.process }, guestOfLayers(layers, noted), ids),
    mounts: placeMounts(config.mounts, layers).map(withDriver),
    ownFiles: placeMounts(ownMounts(filesOf(directory, config), config), layers),
  };
}

/** Where its files in /etc are: who shares another container's network shares its names, too, as with Docker. */
function filesOf(directory: string, { network }: ContainerConfig): string {
  const other = containerOf(network);
  return other === undefined ? directory : directoryOf(other);
}

/** Its mounts at the places that they have by its files. */
export function placedMounts(container: Container): MountConfig[] {
  const { upper, lower } = layersOf(container);
  using layers = new LayeredFiles([upper, ...lower]);
  return placeMounts(container.config.mounts, layers);
}

/** A volume that is lost is a plain one. */
function withDriver(mount: MountConfig): StartMount {
  if (mount.type !== 'volume') return mount;
  const { name, target, readOnly } = mount;
  const driver = driverMount(lookUpVolume(name)?.options ?? {});
  return driver ? { ...driver, type: 'driver', name, target, readOnly } : mount;
}
