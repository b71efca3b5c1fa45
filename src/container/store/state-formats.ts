/** How `state.json` and `terminal.json` are read, field by field. */
import { flag, integer, list, maybe, moment, type Parser, record, text, word } from '../../kernel/parser.js';
import type { PublishedPort } from '../../network/ports/published.js';
import type { Format } from '../../state/stored.js';
import { type ContainerLink, type ContainerState, type ProcessName, STATUSES } from '../state.js';
import { containerPort, hostPort, LIMIT } from './formats.js';

const processName: Parser<ProcessName> = record<ProcessName>({ pid: integer(0), startTime: integer(0) });

const publishedPort: Parser<PublishedPort> = record<PublishedPort>({ ...containerPort, hostIp: text, hostPort });

/** `terminal.json`: the process that holds the master of a detached container's terminal. */
export const TERMINAL: Format<ProcessName> = {
  version: 1,
  limit: 4_096,
  parse: record<ProcessName>({ pid: integer(1), startTime: integer(0) }),
};

const link: Parser<ContainerLink> = record<ContainerLink>({
  network: text,
  networkId: text,
  endpointId: text,
  address: text,
  prefix: integer(0, 32),
  gateway: maybe(text),
  mac: text,
  nth: integer(0),
  address6: maybe(text),
  prefix6: maybe(integer(0, 128)),
  gateway6: maybe(text),
});

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
    ports: maybe(list(publishedPort)),
    links: maybe(list(link)),
    awaitsStart: maybe(flag),
    restarting: maybe(processName),
  }),
};
