/** How the files of a container are read: what they may hold, field by field, and what they mean where an older tslab wrote them. */
import {
  flag,
  integer,
  list,
  matching,
  maybe,
  moment,
  type Parser,
  path,
  record,
  text,
  variant,
  word,
} from '../../kernel/parser.js';
import type { Format } from '../../state/stored.js';
import type { ContainerConfig, MountConfig, ProcessConfig, Resources, RestartPolicy } from '../record.js';
import { type ContainerState, type ProcessName, STATUSES } from '../state.js';

/** An environment from a file may be large. */
const LIMIT = 32 * 2 ** 20;

export const ID = /^[0-9a-f]{64}$/;

/** Names of containers and volumes: no `/`, no dot in front. */
const name = matching(/^[a-zA-Z0-9][a-zA-Z0-9_.-]{1,254}$/, 'a name');

const processName: Parser<ProcessName> = record<ProcessName>({ pid: integer(0), startTime: integer(0) });

const process: Parser<ProcessConfig> = record<ProcessConfig>({
  args: list(text),
  env: list(text),
  cwd: path,
  user: text,
  tty: flag,
  interactive: flag,
});

const mount = variant<'type', MountConfig>('type', {
  bind: record({
    type: word('bind'),
    source: path,
    target: path,
    readOnly: flag,
    propagation: word('private', 'rprivate', 'slave', 'rslave', 'shared', 'rshared'),
  }),
  volume: record({
    type: word('volume'),
    name,
    source: path,
    target: path,
    readOnly: flag,
    anonymous: flag,
  }),
  tmpfs: record({ type: word('tmpfs'), target: path, options: text }),
});

const resources: Parser<Resources> = record<Resources>({
  cpuQuota: maybe(integer(0)),
  cpuPeriod: maybe(integer(0)),
  cpuShares: maybe(integer(0)),
  cpusetCpus: maybe(text),
  memory: maybe(integer(0)),
  pids: maybe(integer(0)),
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
    process,
    hostname: text,
    mounts: list(mount),
    readOnly: flag,
    network: word('none', 'host'),
    resources,
    init: flag,
    stopSignal: matching(/^[\w+-]+$/, 'a signal'),
    // Version 0 could have more restarts than a double can count.
    restart: record<RestartPolicy>({
      name: word('no', 'on-failure'),
      maximum: maybe(integer(0, Number.POSITIVE_INFINITY)),
    }),
    autoRemove: flag,
    detached: flag,
    skip: list(text),
  }),
};

/** `terminal.json`: the process that holds the master of a detached container's terminal. */
export const TERMINAL: Format<ProcessName> = {
  version: 1,
  limit: 4_096,
  parse: record<ProcessName>({ pid: integer(1), startTime: integer(0) }),
};

const momentOrNone: Parser<string> = (value, at) => (value === '' ? value : moment(value, at));

/** `state.json` */
export const STATE: Format<ContainerState> = {
  version: 1,
  limit: LIMIT,
  parse: record<ContainerState>({
    status: word(...STATUSES),
    init: processName,
    owner: processName,
    startedAt: momentOrNone,
    finishedAt: momentOrNone,
    exitCode: integer(0),
    oomKilled: flag,
    error: text,
    restartCount: integer(0),
    stopRequested: flag,
    restarting: maybe(processName),
  }),
};
