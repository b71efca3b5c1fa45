import { UserError } from '../../../src/kernel/errors/user-error.js';
import type { Spec } from '../../../src/oci/spec.js';
import { mountsAt } from './mounts.js';

type Fields = { readonly [field: string]: Fields };

const ALL: Fields = {};

/** The fields that the list of a container does something about, or need not; of an empty one all that is in it. */
const TAUGHT: Fields = {
  ...{ ociVersion: ALL, root: ALL, hostname: ALL, mounts: ALL, annotations: ALL },
  process: {
    ...{ terminal: ALL, args: ALL, env: ALL, cwd: ALL },
    user: { uid: ALL, gid: ALL, additionalGids: ALL },
    capabilities: { bounding: ALL, effective: ALL, permitted: ALL },
  },
  linux: {
    ...{ namespaces: ALL, uidMappings: ALL, gidMappings: ALL, cgroupsPath: ALL, maskedPaths: ALL, readonlyPaths: ALL },
    // A volume that hears of the host is opened while it does: no mount need lead there for it.
    rootfsPropagation: ALL,
    resources: {
      cpu: { shares: ALL, quota: ALL, period: ALL, cpus: ALL },
      memory: { limit: ALL, swap: ALL },
      pids: ALL,
    },
  },
};

/** Throws UserError (2) where a spec says what no lab has taught yet, rather than start a container without it. */
export function refuseUntaught(spec: Spec): void {
  const unknown = [...untaught(spec, TAUGHT), ...namespaces(spec), ...groups(spec), ...halfOfDev(spec), ...swap(spec)];
  if (unknown.length === 0) return;
  throw new UserError(`no lab has taught yet what these fields say: ${unknown.join(', ')}`, 2, 'Leave them out.');
}

function untaught(value: object, fields: Fields, at = ''): string[] {
  if (fields === ALL) return [];
  const given = Object.entries(value).filter(([, field]) => field !== undefined);
  return given.flatMap(([name, field]) => {
    const [path, inner] = [`${at}${name}`, fields[name]];
    return inner ? untaught(field, inner, `${path}.`) : [path];
  });
}

/** New ones only, by one clone(2), which cannot make one for clocks. Without one for mounts the list would be one of the host's. */
function namespaces({ linux: { namespaces = [] }, mounts }: Spec): string[] {
  const types = namespaces.map(({ type }) => type);
  const unknown = namespaces.flatMap(({ type, path }, i) =>
    path || type === 'time' ? [`linux.namespaces[${i}]`] : [],
  );
  const isShown = !types.includes('cgroup') || mountsAt('/sys/fs/cgroup', mounts);
  return [
    ...unknown,
    ...(types.includes('mount') ? [] : ['linux.namespaces without mount']),
    ...(isShown ? [] : ['linux.namespaces with cgroup, and no such mount']),
  ];
}

/** In a user namespace nobody may set them (user_namespaces(7)). */
function groups({ process: { user }, linux: { namespaces = [] } }: Spec): string[] {
  const areSet = user.additionalGids?.length && namespaces.some(({ type }) => type === 'user');
  return areSet ? ['process.user.additionalGids'] : [];
}

/** Lab 02 makes all of it. */
function halfOfDev({ mounts }: Spec): string[] {
  const there = ['/dev', '/dev/pts', '/dev/mqueue', '/dev/shm'].filter((place) => mountsAt(place, mounts));
  return there.length % 4 === 0 ? [] : [`mounts with ${there.join(', ')} alone`];
}

/** Lab 03 leaves no way out into swap. */
function swap({ linux: { resources: { memory } = {} } }: Spec): string[] {
  return memory?.swap === memory?.limit ? [] : ['linux.resources.memory.swap'];
}
