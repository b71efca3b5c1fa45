/** `linux.resources`: what the cgroup of a container gets (config-linux.md, "Control groups"). */
import { flag, list, map, matching, word } from '../kernel/parser.js';
import { int64, object, type Parsed, string, uint16, uint32, uint64 } from './fields.js';

/** A rule of the devices controller; without numbers for all devices of the type, without a type for all. */
const deviceRule = object(
  { allow: flag },
  { type: word('a', 'c', 'b'), major: int64, minor: int64, access: matching(/^[rwm]*$/, 'letters of rwm') },
);
export type DeviceRule = Parsed<typeof deviceRule>;

/** Bytes; -1 is no limit. */
const memory = object(
  {},
  {
    limit: int64,
    reservation: int64,
    /** Memory and swap together. */
    swap: int64,
    kernel: int64,
    kernelTCP: int64,
    swappiness: uint64,
    disableOOMKiller: flag,
    useHierarchy: flag,
    checkBeforeUpdate: flag,
  },
);

/** Microseconds, but for `shares`, of which 1024 are the default. */
const cpu = object(
  {},
  {
    shares: uint64,
    quota: int64,
    burst: uint64,
    period: uint64,
    realtimeRuntime: int64,
    realtimePeriod: uint64,
    cpus: string,
    mems: string,
    idle: int64,
  },
);

const weighed = list(object({ major: int64, minor: int64 }, { weight: uint16, leafWeight: uint16 }));
/** `rate` is bytes or operations in a second. */
const throttled = list(object({ major: int64, minor: int64 }, { rate: uint64 }));
const blockIO = object(
  {},
  {
    weight: uint16,
    leafWeight: uint16,
    weightDevice: weighed,
    throttleReadBpsDevice: throttled,
    throttleWriteBpsDevice: throttled,
    throttleReadIOPSDevice: throttled,
    throttleWriteIOPSDevice: throttled,
  },
);

const hugepageLimit = object({ pageSize: matching(/^[1-9]\d*[KMG]B$/, 'a size such as 2MB'), limit: uint64 }, {});
const priority = object({ name: string, priority: uint32 }, {});

export const resources = object(
  {},
  {
    /** Files of cgroup v2 and what is written to them. */
    unified: map(string),
    devices: list(deviceRule),
    memory,
    cpu,
    pids: object({ limit: int64 }, {}),
    blockIO,
    hugepageLimits: list(hugepageLimit),
    network: object({}, { classID: uint32, priorities: list(priority) }),
    rdma: map(object({}, { hcaHandles: uint32, hcaObjects: uint32 })),
  },
);
export type Resources = Parsed<typeof resources>;
