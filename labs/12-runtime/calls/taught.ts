import { UserError } from '../../../src/kernel/errors/user-error.js';
import type { Namespace } from '../../../src/oci/linux.js';
import type { Spec } from '../../../src/oci/spec.js';
import { usualPlaces } from './mounts.js';

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
  const unfit = Object.entries(combinations(spec)).flatMap(([what, isThere]) => (isThere ? [what] : []));
  const unknown = [...untaught(spec, TAUGHT), ...unfit];
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

/** What the list cannot do of fields that it knows, and whether a spec has it. */
function combinations({ mounts, process: { user }, linux: { namespaces = [], resources } }: Spec) {
  const owns = (type: Namespace['type']) => namespaces.some((one) => one.type === type);
  const places = usualPlaces(mounts);
  const dev = ['/dev', '/dev/pts', '/dev/mqueue', '/dev/shm'].filter((place) => places.has(place));
  return {
    'linux.namespaces with a path': namespaces.some(({ path }) => path),
    // clone(2) has no flag for it.
    'linux.namespaces with time': owns('time'),
    // The list would be one of the host's mounts.
    'linux.namespaces without mount': !owns('mount'),
    // Lab 03 makes the two together.
    'linux.namespaces with cgroup, and no such mount': owns('cgroup') && !places.has('/sys/fs/cgroup'),
    // There nobody may set them (user_namespaces(7)).
    'process.user.additionalGids in a user namespace': owns('user') && Boolean(user.additionalGids?.length),
    // Lab 02 makes all of /dev.
    [`mounts with ${dev.join(', ')} alone`]: dev.length % 4 !== 0,
    // Lab 03 leaves no way out into swap.
    'linux.resources.memory.swap': resources?.memory?.swap !== resources?.memory?.limit,
  };
}
