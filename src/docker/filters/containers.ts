import { HEALTH_STATUSES } from '../../container/health/health.js';
import { healthOf } from '../../container/health/health-file.js';
import type { MountConfig } from '../../container/record.js';
import { findContainer } from '../../container/store/find.js';
import type { Container } from '../../container/store/store.js';
import { networksOf } from '../networks-of.js';
import { stateOf } from '../output/ps.js';
import { type ShownPort, shownPorts } from '../ports.js';
import {
  anyOf,
  byLabels,
  type FilterTable,
  invalidValue,
  parseFilters,
  type Test,
  truth,
  valuesByKey,
} from './filter.js';
import { matcher } from './pattern.js';

/** What `ps --filter` asks of containers. Throws UserError (2). */
export function parseContainerFilters(words: readonly string[]): Test<Container> {
  return parseFilters(words, CONTAINER_FILTERS);
}

/** As in Docker, a filter by status shows what it asks for, whether or not it runs. */
export function showsStopped(words: readonly string[]): boolean {
  return valuesByKey(words).has('status');
}

const CONTAINER_FILTERS: FilterTable<Container> = {
  id: anyOf(
    (value) =>
      ({ config }) =>
        config.id.startsWith(value),
  ),
  name: anyOf((value) => {
    const matches = matcher(value);
    // Docker knows a container as `/web`, too.
    return ({ config }) => matches(config.name) || matches(`/${config.name}`);
  }),
  label: byLabels(({ config }) => config.labels),
  status: anyOf((value) => {
    if (!STATUSES.includes(value)) throw invalidValue('status', value, STATUSES.join(', '));
    return (container) => stateOf(container) === value;
  }),
  exited: anyOf((value) => {
    if (!/^[+-]?\d+$/.test(value)) throw invalidValue('exited', value, 'a whole number, the exit status');
    return (one) => stateOf(one) === 'exited' && one.state.startedAt !== '' && one.state.exitCode === Number(value);
  }),
  ancestor: anyOf((value) => {
    const image = withTag(value);
    return ({ config }) => withTag(config.image) === image;
  }),
  before: anyOf((value) => {
    const { config: other } = findContainer(value);
    return ({ config }) => config.created < other.created;
  }),
  since: anyOf((value) => {
    const { config: other } = findContainer(value);
    return ({ config }) => config.created > other.created;
  }),
  volume: anyOf(
    (value) =>
      ({ config }) =>
        config.mounts.some((mount) => isCalled(mount, value)),
  ),
  network: anyOf(
    (value) =>
      ({ config }) =>
        networksOf(config).includes(value),
  ),
  publish: anyOf((value) => withPort('publish', value, ({ host }) => host?.port)),
  expose: anyOf((value) => withPort('expose', value, ({ containerPort }) => containerPort)),
  health: anyOf((value) => {
    if (HEALTHS.includes(value)) return (container) => (healthOf(container)?.status ?? 'none') === value;
    throw invalidValue('health', value, HEALTHS.join(', '));
  }),
  'is-task': (values) => {
    const wanted = truth('is-task', values);
    return () => !wanted;
  },
};

const STATUSES: readonly string[] = ['created', 'restarting', 'running', 'removing', 'paused', 'exited', 'dead'];
const HEALTHS: readonly string[] = [...HEALTH_STATUSES, 'none'];

/** `busybox` is `busybox:latest`. */
function withTag(image: string): string {
  return /:[^/]*$/.test(image) ? image : `${image}:latest`;
}

/** By the name of a volume, the directory of the host, or where it is mounted. A tmpfs is no volume. */
function isCalled(mount: MountConfig, value: string): boolean {
  if (mount.type === 'tmpfs') return false;
  return mount.target === value || (mount.type === 'volume' ? mount.name : mount.source) === value;
}

/** `80`, `80/udp`, `8000-8080/tcp`: of those that it has while it runs. */
function withPort(key: string, value: string, portOf: (port: ShownPort) => number | undefined): Test<Container> {
  const [, from, to = from, protocol = 'tcp'] = /^(\d{1,5})(?:-(\d{1,5}))?(?:\/(tcp|udp|sctp))?$/.exec(value) ?? [];
  if (!from) throw invalidValue(key, value, 'a port or a range, such as 80, 53/udp or 8000-8080/tcp');
  const isWanted = (port = -1) => port >= Number(from) && port <= Number(to);
  return (container) => shownPorts(container).some((port) => port.protocol === protocol && isWanted(portOf(port)));
}
