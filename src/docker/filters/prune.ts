import { parseMoment } from '../../container/logs/since.js';
import type { Container } from '../../container/store/store.js';
import { UserError } from '../../kernel/errors/user-error.js';
import { byLabels, type FilterTable, parseFilters, type Test } from './filter.js';

/** What `prune --filter` asks of containers. Throws UserError (2). */
export function parsePruneFilters(words: readonly string[]): Test<Container> {
  return parseFilters(words, PRUNE_FILTERS);
}

const labelled = byLabels<Container>(({ config }) => config.labels);

const PRUNE_FILTERS: FilterTable<Container> = {
  /** Made before that moment. */
  until: (values) => {
    const [value = ''] = values;
    if (values.length > 1) throw new UserError('more than one until filter specified', 2, 'Give one.');
    const moment = parseMoment('--filter until', value, Date.now());
    return ({ config }) => Date.parse(config.created) < moment;
  },
  label: labelled,
  'label!': (values) => (container) => !labelled(values)(container),
};
