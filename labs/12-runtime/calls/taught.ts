import { UserError } from '../../../src/kernel/errors/user-error.js';
import { checkMap, maySetGroups } from '../../../src/oci/id-maps.js';
import type { IdMapping, Namespace } from '../../../src/oci/linux.js';
import type { Spec } from '../../../src/oci/spec.js';
import { namespaceOf } from '../../10-security/calls/sysctl.js';
import { usualPlaces } from './mounts.js';
import { INIT, LANDLOCK } from './program.js';

type Fields = { readonly [field: string]: Fields };

const ALL: Fields = {};

/** No listener is asked (seccomp_unotify(2)). */
const SECCOMP: Fields = { defaultAction: ALL, defaultErrnoRet: ALL, architectures: ALL, flags: ALL, syscalls: ALL };

/** The fields that the list of a container does something about, or need not; of an empty one all that is in it. */
const TAUGHT: Fields = {
  ...{ ociVersion: ALL, root: ALL, hostname: ALL, mounts: ALL, annotations: ALL },
  process: {
    ...{ terminal: ALL, args: ALL, env: ALL, cwd: ALL, oomScoreAdj: ALL, rlimits: ALL },
    user: { uid: ALL, gid: ALL, additionalGids: ALL },
    capabilities: { bounding: ALL, effective: ALL, permitted: ALL },
    noNewPrivileges: ALL,
  },
  linux: {
    ...{ namespaces: ALL, uidMappings: ALL, gidMappings: ALL, cgroupsPath: ALL, maskedPaths: ALL, readonlyPaths: ALL },
    // A volume that hears of the host is opened while it does: no mount need lead there for it.
    rootfsPropagation: ALL,
    sysctl: ALL,
    devices: ALL,
    seccomp: SECCOMP,
    resources: {
      cpu: { shares: ALL, quota: ALL, period: ALL, cpus: ALL, mems: ALL },
      memory: { limit: ALL, swap: ALL, reservation: ALL, swappiness: ALL, disableOOMKiller: ALL },
      pids: ALL,
      blockIO: {
        ...{ weight: ALL, throttleReadBpsDevice: ALL, throttleWriteBpsDevice: ALL },
        ...{ throttleReadIOPSDevice: ALL, throttleWriteIOPSDevice: ALL },
      },
      devices: ALL,
    },
  },
};

/** Throws UserError (2) where a spec says what no lab has taught yet, rather than start a container without it. */
export function refuseUntaught(spec: Spec): void {
  checkMap('linux.uidMappings', spec.linux.uidMappings ?? []);
  checkMap('linux.gidMappings', spec.linux.gidMappings ?? []);
  const unfit = Object.entries(combinations(spec)).flatMap(([what, isThere]) => (isThere ? [what] : []));
  const unknown = [...untaught(spec, TAUGHT), ...unfit];
  if (unknown.length === 0) return;
  throw new UserError(`no lab has taught yet what these fields say: ${unknown.join(', ')}`, 2, 'Leave them out.');
}

function isSame(own: readonly IdMapping[] | undefined, containers: readonly IdMapping[]): boolean {
  return own === undefined || JSON.stringify(own) === JSON.stringify(containers);
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
function combinations({ mounts, process, annotations, hostname, linux }: Spec) {
  const { namespaces = [], sysctl, resources, devices = [], uidMappings = [], gidMappings = [] } = linux;
  const { user, oomScoreAdj } = process;
  const owns = (type: Namespace['type']) => namespaces.some((one) => one.type === type);
  const places = usualPlaces(mounts);
  const [dev, below] = [
    ['/dev', '/dev/pts'],
    ['/dev/mqueue', '/dev/shm'],
  ].map((some) => some.filter((place) => places.has(place))) as [string[], string[]];
  return {
    // Lab 05 enters these; the rest of the list makes the others.
    'linux.namespaces with a path, of mount, cgroup or time': namespaces.some(
      ({ type, path }) => path !== undefined && !['user', 'pid', 'ipc', 'network', 'uts'].includes(type),
    ),
    'linux.sysctl that is the whole machine’s': Object.keys(sysctl ?? {}).some(
      (name) => name !== 'kernel.domainname' && namespaceOf(name) === undefined,
    ),
    'linux.sysctl of a namespace that the host has': Object.keys(sysctl ?? {}).some((name) => {
      const type = namespaceOf(name);
      return type !== undefined && !namespaces.some((one) => one.type === type);
    }),
    // A pipe is no device, and a stream is what Linux calls a character device.
    'linux.devices of type p or u': devices.some(({ type }) => !['b', 'c'].includes(type)),
    'linux.devices in a user namespace': owns('user') && devices.length > 0,
    // They would be those of the host, or of another container.
    'hostname or kernel.domainname without a UTS namespace of its own':
      (hostname ?? sysctl?.['kernel.domainname']) !== undefined &&
      !namespaces.some(({ type, path }) => type === 'uts' && path === undefined),
    // clone(2) has no flag for it.
    'linux.namespaces with time': owns('time'),
    // The list would be one of the host's mounts.
    'linux.namespaces without mount': !owns('mount'),
    // There nobody may set them (user_namespaces(7)).
    'process.user.additionalGids in a user namespace of one group':
      owns('user') && Boolean(user.additionalGids?.length) && !maySetGroups(gidMappings),
    // A mount has the ids of the container, or those that it has.
    'mounts[].uidMappings or .gidMappings other than those of linux': mounts.some(
      (mount) => !isSame(mount.uidMappings, uidMappings) || !isSame(mount.gidMappings, gidMappings),
    ),
    // That init is started from the memory that the list shares with tslab.
    'process.oomScoreAdj with an init': oomScoreAdj !== undefined && annotations?.[INIT] === 'true',
    'io.tslab.landlock with an init': annotations?.[LANDLOCK] !== undefined && annotations?.[INIT] === 'true',
    // Lab 02 makes devices and terminals together, and the others in that /dev.
    [`mounts with ${[...dev, ...below].join(', ')} alone`]: dev.length === 1 || (dev.length === 0 && below.length > 0),
    // Lab 03 limits the two together.
    'linux.resources.memory.limit and .swap, of which one alone is there':
      (resources?.memory?.swap === undefined) !== (resources?.memory?.limit === undefined),
  };
}
