/** How the files of a container are read: what they may hold, field by field, and what they mean where an older tslab wrote them. */
import {
  flag,
  integer,
  list,
  map,
  matching,
  maybe,
  moment,
  type Parser,
  path,
  record,
  since,
  text,
  variant,
  word,
} from '../../kernel/parser.js';
import { type ContainerPort, type PortRequest, PROTOCOLS } from '../../network/ports/published.js';
import type { Format } from '../../state/stored.js';
import { LOG_DRIVERS, type LogConfig, type LogLimit } from '../logs/config.js';
import {
  type ContainerConfig,
  type DeviceConfig,
  type DeviceRate,
  type DnsConfig,
  type EndpointConfig,
  type Healthcheck,
  IPC_MODES,
  type MountConfig,
  type OfContainer,
  type ProcessConfig,
  type ResourceLimit,
  type Resources,
  type RestartPolicy,
  STD_STREAMS,
  ULIMITS,
  type UsernsConfig,
} from '../record.js';
import type { SecurityConfig } from '../security.js';

/** An environment from a file may be large. */
export const LIMIT = 32 * 2 ** 20;

export const ID = /^[0-9a-f]{64}$/;

/** Names of containers and volumes: no `/`, no dot in front. */
const name = matching(/^[a-zA-Z0-9][a-zA-Z0-9_.-]{1,254}$/, 'a name');

const process: Parser<ProcessConfig> = record<ProcessConfig>({
  args: list(text),
  env: list(text),
  cwd: path,
  user: text,
  tty: flag,
  interactive: flag,
  privileged: maybe(flag),
});

const security: Parser<SecurityConfig> = record<SecurityConfig>({
  ...{ capAdd: maybe(list(text)), capDrop: maybe(list(text)), securityOpt: maybe(list(text)) },
  ...{ unmasked: maybe(flag), privileged: maybe(flag) },
});

const mount = variant<'type', MountConfig>('type', {
  bind: record({
    type: word('bind'),
    source: path,
    target: path,
    readOnly: flag,
    propagation: word('private', 'rprivate', 'slave', 'rslave', 'shared', 'rshared'),
    idmap: maybe(flag),
    inherited: maybe(flag),
  }),
  volume: record({
    type: word('volume'),
    name,
    source: path,
    target: path,
    readOnly: flag,
    anonymous: flag,
    inherited: maybe(flag),
  }),
  tmpfs: record({ type: word('tmpfs'), target: path, options: text }),
});

/** One of some words, or a container. */
function mode<T extends string>(...words: readonly T[]): Parser<T | OfContainer> {
  const isOfContainer = (value: unknown): value is OfContainer => /^container:[0-9a-f]{64}$/.test(`${value}`);
  return (value, at) => (isOfContainer(value) ? value : word(...words)(value, at));
}
/** `none`, `host` and `bridge` among them. */
const networkName = /[a-zA-Z0-9][a-zA-Z0-9_.-]*/;
const networkMode = matching(new RegExp(`^(container:[0-9a-f]{64}|${networkName.source})$`), 'a network');

const endpoint: Parser<EndpointConfig> = record<EndpointConfig>({
  network: matching(new RegExp(`^${networkName.source}$`), 'the name of a network'),
  aliases: list(matching(/^[^\s#]+$/, 'a name')),
  address: maybe(text),
  address6: maybe(text),
  mac: maybe(text),
});

const rates = maybe(list(record<DeviceRate>({ path, rate: integer(0) })));
const device = record<DeviceConfig>({ host: text, container: path, access: matching(/^[rwm]+$/, 'letters of rwm') });

const resources: Parser<Resources> = record<Resources>({
  nanoCpus: maybe(integer(0)),
  cpuQuota: maybe(integer(0)),
  cpuPeriod: maybe(integer(0)),
  cpuShares: maybe(integer(0)),
  cpusetCpus: maybe(text),
  cpusetMems: maybe(text),
  memory: maybe(integer(0)),
  memorySwap: maybe(integer(-1)),
  memoryReservation: maybe(integer(0)),
  memorySwappiness: maybe(integer(0, 100)),
  oomKillDisable: maybe(flag),
  pids: maybe(integer(0)),
  blkioWeight: maybe(integer(10, 1000)),
  ...{ deviceReadBps: rates, deviceWriteBps: rates, deviceReadIops: rates, deviceWriteIops: rates },
});

const log: Parser<LogConfig> = record<LogConfig>({
  driver: word(...LOG_DRIVERS),
  options: map(text),
  limit: maybe(record<LogLimit>({ maxSize: integer(1), maxFile: integer(1) })),
});

/** Ports as records and states have them. */
export const containerPort = { protocol: word(...PROTOCOLS), containerPort: integer(1, 65_535) };
export const hostPort = integer(0, 65_535);

const portRequest: Parser<PortRequest> = record<PortRequest>({
  ...containerPort,
  hostIp: text,
  firstHostPort: hostPort,
  lastHostPort: hostPort,
});

/** Of Go's int64; a double holds those that people ask for. */
const duration = maybe(integer(0, Number.POSITIVE_INFINITY));

const healthcheck: Parser<Healthcheck> = record<Healthcheck>({
  test: list(text),
  interval: duration,
  timeout: duration,
  startPeriod: duration,
  startInterval: duration,
  retries: maybe(integer(0)),
});

/** `container.json` */
export const CONFIG: Format<ContainerConfig> = {
  version: 1,
  limit: LIMIT,
  parse: record<ContainerConfig>({
    id: matching(ID, 'an id'),
    name,
    image: text,
    layers: list(path),
    created: moment,
    labels: since(map(text), {}),
    process,
    entrypoint: maybe(flag),
    hostname: text,
    domainname: maybe(text),
    mounts: list(mount),
    volumesFrom: maybe(list(text)),
    readOnly: flag,
    network: networkMode,
    endpoints: maybe(list(endpoint)),
    dns: maybe(record<DnsConfig>({ servers: list(text), search: list(text), options: list(text) })),
    extraHosts: maybe(list(text)),
    publish: maybe(list(portRequest)),
    publishAll: maybe(flag),
    expose: maybe(list(record<ContainerPort>(containerPort))),
    proxyOnly: maybe(flag),
    ipc: maybe(mode(...IPC_MODES)),
    pid: maybe(mode('host')),
    uts: maybe(word('host')),
    userns: maybe(record<UsernsConfig>({ mode: text, uid: integer(0), gid: integer(0), size: integer(1) })),
    cgroupns: maybe(word('host', 'private')),
    resources,
    shmSize: maybe(integer(0)),
    oomScoreAdj: maybe(integer(-1000, 1000)),
    groupAdd: maybe(list(text)),
    devices: maybe(list(device)),
    deviceRules: maybe(list(text)),
    ulimits: maybe(list(record<ResourceLimit>({ name: word(...ULIMITS), soft: integer(-1), hard: integer(-1) }))),
    sysctls: maybe(map(text)),
    security: maybe(security),
    init: flag,
    stopSignal: matching(/^[\w+-]+$/, 'a signal'),
    stopTimeout: maybe(integer(-1)),
    // Version 0 could have more restarts than a double can count.
    restart: record<RestartPolicy>({
      name: word('no', 'on-failure', 'always', 'unless-stopped'),
      maximum: maybe(integer(0, Number.POSITIVE_INFINITY)),
    }),
    healthcheck: maybe(healthcheck),
    log: maybe(log),
    autoRemove: flag,
    cidFile: maybe(text),
    detached: flag,
    attach: maybe(list(word(...STD_STREAMS))),
    skip: list(text),
  }),
};
