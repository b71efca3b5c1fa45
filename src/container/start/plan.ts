import { join } from 'node:path';
import type { Layers, Surroundings } from '../../../labs/12-runtime/calls/container.js';
import type { MadeForIt } from '../../../labs/12-runtime/calls/terminal.js';
import type { Cgroup } from '../../cgroup/cgroup.js';
import { SHARED } from '../../cgroup/directories.js';
import { ownCapabilities } from '../../kernel/credentials/capabilities.js';
import { isPrivileged } from '../../kernel/credentials/privilege.js';
import type { Spec } from '../../oci/spec.js';
import { guestOfLayers } from '../../rootfs/guest-file.js';
import { Layers as LayeredFiles } from '../../rootfs/layers.js';
import { ownMounts } from '../files/own-files.js';
import type { ContainerConfig } from '../record.js';
import { type AtStart, specOf } from '../spec.js';
import { NEW_STATE } from '../state.js';
import type { Container } from '../store/store.js';
import { cgroupVersion, inCgroup } from './cgroup.js';
import { resolveIdentity } from './identity.js';
import { initLayerOf } from './init-layer.js';
import { placeMounts } from './places.js';
import { userMapOf } from './user-map.js';

/** What a container is to be, and what its list needs to know beside that. */
export interface Plan {
  readonly spec: Spec;
  readonly at: Surroundings;
}

/** From what is kept of a container to what is to be. `planCgroup`: of one that is to start, or as if it were; else it sees none. */
export function planOf(container: Container, made: MadeForIt = {}, planCgroup?: () => Cgroup | undefined): Plan {
  const layers = layersOf(container);
  const start = atStart(container, layers);
  const cgroup = planCgroup?.();
  const cgroups = planCgroup && cgroupVersion(cgroup);
  const cgroupsPath = cgroup && `${SHARED}/${container.config.id}`;
  const spec = specOf(container.config, { ...start, cgroups, cgroupsPath });
  const ownFiles = start.ownFiles.flatMap((mount) => (mount.type === 'bind' ? [mount.source] : []));
  const { terminal, pipes } = made;
  const at = {
    ...{ layers, terminal, pipes, ownFiles, capabilities: ownCapabilities() },
    userMap: userMapOf(spec.linux),
    cgroup: cgroup && inCgroup(cgroup, spec.linux.resources ?? {}),
  };
  return { spec, at };
}

/** A container that is on no disk. */
export function unborn(config: ContainerConfig, directory = '/'): Container {
  return { config, directory, state: NEW_STATE };
}

function layersOf({ config, directory }: Container): Layers {
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
  return {
    root: target,
    privileged: isPrivileged(),
    identity: resolveIdentity(config.process.user, guestOfLayers(layers), isPrivileged()),
    mounts: placeMounts(config.mounts, layers),
    ownFiles: placeMounts(ownMounts(directory, config), layers),
  };
}
