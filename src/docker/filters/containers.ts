import type { MountConfig } from '../../container/record.js';
import { findContainer } from '../../container/store/find.js';
import type { Container } from '../../container/store/store.js';
import { UserError } from '../../kernel/errors/user-error.js';
import { stateOf } from '../output/ps.js';
import { anyOf, byLabels, type FilterTable, invalidValue, parseFilters, type Test, valuesByKey } from './filter.js';
import { matcher } from './pattern.js';

/** What `ps --filter` asks of containers. Throws UserError (2). */
export function parseContainerFilters(words: readonly string[]): Test<Container> {
  return parseFilters(words, CONTAINER_FILTERS);
}

/** As in Docker, a filter by status shows what it asks for, whether or not it runs. */
export function showsStopped(words: readonly string[]): boolean {
  return valuesByKey(words).has('status');
}

/** They have no label, port or health check yet: such a filter is understood, and nothing matches. */
const NO_LABELS = {};

const CONTAINER_FILTERS: FilterTable<Container> = {
  id: anyOf((value) => {
    const matches = matcher(value);
    return ({ config }) => matches(config.id);
  }),
  name: anyOf((value) => {
    const matches = matcher(value);
    // Docker knows a container as `/web`, too.
    return ({ config }) => matches(config.name) || matches(`/${config.name}`);
  }),
  label: byLabels(() => NO_LABELS),
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
        config.network === value,
  ),
  publish: anyOf((value) => withoutPorts('publish', value)),
  expose: anyOf((value) => withoutPorts('expose', value)),
  health: anyOf((value) => {
    if (HEALTHS.includes(value)) return () => value === 'none';
    throw new UserError(`Unrecognised filter value for health: ${value}`, 2, `Allowed: ${HEALTHS.join(', ')}.`);
  }),
  'is-task': anyOf((value) => {
    if (value !== 'true' && value !== 'false') throw invalidValue('is-task', value, 'true, false');
    return () => value === 'false';
  }),
};

const STATUSES: readonly string[] = ['created', 'restarting', 'running', 'removing', 'paused', 'exited', 'dead'];
const HEALTHS: readonly string[] = ['starting', 'healthy', 'unhealthy', 'none'];

/** `busybox` is `busybox:latest`. */
function withTag(image: string): string {
  return /:[^/]*$/.test(image) ? image : `${image}:latest`;
}

/** By the name of a volume, the directory of the host, or where it is mounted. A tmpfs is no volume. */
function isCalled(mount: MountConfig, value: string): boolean {
  if (mount.type === 'tmpfs') return false;
  return mount.target === value || (mount.type === 'volume' ? mount.name : mount.source) === value;
}

/** `80`, `80/udp`, `8000-8080/tcp`. */
function withoutPorts(key: string, value: string): Test<Container> {
  if (/^\d{1,5}(-\d{1,5})?(\/(tcp|udp|sctp))?$/.test(value)) return () => false;
  throw invalidValue(key, value, 'a port or a range, such as 80, 53/udp or 8000-8080/tcp');
}
