/** `linux`: what only a Linux container has (config-linux.md of the specification). */
import { flag, list, map, word } from '../kernel/parser.js';
import { int64, object, type Parsed, string, strings, uint32 } from './fields.js';
import { resources } from './resources.js';
import { seccomp } from './seccomp.js';

/** Without a path a new one; with a path an existing one to join. */
const namespace = object(
  { type: word('mount', 'pid', 'network', 'uts', 'ipc', 'user', 'cgroup', 'time') },
  { path: string },
);
export type Namespace = Parsed<typeof namespace>;

/** One line of /proc/PID/uid_map or gid_map. */
export const idMapping = object({ containerID: uint32, hostID: uint32, size: uint32 }, {});
export type IdMapping = Parsed<typeof idMapping>;

/** A device node beside those that every container has ("Default Devices"). */
const device = object(
  { type: word('c', 'b', 'u', 'p'), path: string },
  { major: int64, minor: int64, fileMode: uint32, uid: uint32, gid: uint32 },
);

const timeOffset = object({}, { secs: int64, nanosecs: uint32 });

const intelRdt = object(
  {},
  { closID: string, schemata: string, l3CacheSchema: string, memBwSchema: string, enableCMT: flag, enableMBM: flag },
);

export const linux = object(
  {},
  {
    namespaces: list(namespace),
    uidMappings: list(idMapping),
    gidMappings: list(idMapping),
    timeOffsets: object({}, { monotonic: timeOffset, boottime: timeOffset }),
    devices: list(device),
    cgroupsPath: string,
    resources,
    rootfsPropagation: word('private', 'shared', 'slave', 'unbindable'),
    seccomp,
    sysctl: map(string),
    maskedPaths: strings,
    readonlyPaths: strings,
    mountLabel: string,
    intelRdt,
    personality: object({ domain: word('LINUX', 'LINUX32') }, { flags: strings }),
  },
);
export type Linux = Parsed<typeof linux>;
