import { parseMoment } from '../../container/logs/since.js';
import { UserError } from '../../kernel/errors/user-error.js';
import { PREDEFINED } from '../../network/config.js';
import { type ShownNetwork, shownEndpoints } from '../networks.js';
import { anyOf, byLabels, type FilterTable, invalidValue, parseFilters, type Test, truth } from './filter.js';
import { matcher } from './pattern.js';

/** What `network ls --filter` asks of networks. Throws UserError (2). */
export function parseNetworkFilters(words: readonly string[]): Test<ShownNetwork> {
  return parseFilters(words, NETWORK_FILTERS);
}

/** What `network prune --filter` asks. Throws UserError (2). */
export function parseNetworkPruneFilters(words: readonly string[]): Test<ShownNetwork> {
  return parseFilters(words, PRUNE_FILTERS);
}

const labelled = byLabels<ShownNetwork>(({ labels }) => labels);

/** The rules are those of moby, daemon/network/filter.go. */
const NETWORK_FILTERS: FilterTable<ShownNetwork> = {
  driver: anyOf(
    (value) =>
      ({ driver }) =>
        driver === value,
  ),
  id: anyOf((value) => {
    const matches = matcher(value);
    return ({ id }) => matches(id);
  }),
  label: labelled,
  name: anyOf((value) => {
    const matches = matcher(value);
    return ({ name }) => matches(name);
  }),
  scope: anyOf((value) => () => value === 'local'),
  type: anyOf((value) => {
    if (!['builtin', 'custom'].includes(value)) throw invalidValue('type', value, 'builtin, custom');
    return ({ name }) => PREDEFINED.includes(name) === (value === 'builtin');
  }),
  /** Whether no container is in it; those that are always there are needed. */
  dangling: (values) => {
    const wanted = truth('dangling', values);
    return (one) => (!PREDEFINED.includes(one.name) && shownEndpoints(one).length === 0) === wanted;
  },
};

const PRUNE_FILTERS: FilterTable<ShownNetwork> = {
  label: labelled,
  'label!': (values) => (network) => !labelled(values)(network),
  /** Made before that moment. */
  until: (values) => {
    const [value = ''] = values;
    if (values.length > 1) throw new UserError('more than one until filter specified', 2, 'Give one.');
    const moment = parseMoment('--filter until', value, Date.now());
    return ({ created }) => Date.parse(created) < moment;
  },
};
