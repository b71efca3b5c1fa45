import { volumeUsers } from '../../container/store/used-volumes.js';
import { UserError } from '../../kernel/errors/user-error.js';
import type { Volume } from '../../volume/volumes.js';
import { volumeLabels } from '../output/volumes.js';
import { anyOf, byLabels, type FilterTable, parseFilters, type Test, truth, valuesByKey } from './filter.js';
import { matcher } from './pattern.js';

/** What `volume ls --filter` asks of volumes. Throws UserError (2). */
export function parseVolumeFilters(words: readonly string[]): Test<Volume> {
  return parseFilters(words, VOLUME_FILTERS);
}

/** What `volume prune --filter` asks; `all` takes named volumes as well. Throws UserError (2). */
export function parseVolumePruneFilters(words: readonly string[], all = false): Test<Volume> {
  if (all && valuesByKey(words).has('all')) {
    throw new UserError(
      'conflicting options: cannot specify both --all and --filter all=1',
      2,
      'Leave one of them out.',
    );
  }
  const isChosen = parseFilters(words, PRUNE_FILTERS);
  const isAnyWanted = all || truth('all', valuesByKey(words).get('all') ?? ['false']);
  return (volume) => (isAnyWanted || volume.anonymous) && isChosen(volume);
}

const labelled = byLabels(volumeLabels);

const PRUNE_FILTERS: FilterTable<Volume> = {
  label: labelled,
  'label!': (values) => (volume) => !labelled(values)(volume),
  /** It changes which volumes are looked at. */
  all: () => () => true,
};

const VOLUME_FILTERS: FilterTable<Volume> = {
  name: anyOf((value) => {
    const matches = matcher(value);
    return ({ name }) => matches(name);
  }),
  driver: anyOf((value) => () => value === 'local'),
  label: labelled,
  /** Whether no container uses it. */
  dangling: (values) => {
    const wanted = truth('dangling', values);
    const usedBy = volumeUsers();
    return ({ name }) => (usedBy(name).length === 0) === wanted;
  },
};
