import { volumeUsers } from '../../container/store/used-volumes.js';
import type { Volume } from '../../volume/volumes.js';
import { inspectedVolume } from '../output/volumes.js';
import { anyOf, byLabels, type FilterTable, invalidValue, parseFilters, type Test } from './filter.js';
import { matcher } from './pattern.js';

/** What `volume ls --filter` asks of volumes. Throws UserError (2). */
export function parseVolumeFilters(words: readonly string[]): Test<Volume> {
  return parseFilters(words, VOLUME_FILTERS);
}

const VOLUME_FILTERS: FilterTable<Volume> = {
  name: anyOf((value) => {
    const matches = matcher(value);
    return ({ name }) => matches(name);
  }),
  driver: anyOf((value) => () => value === 'local'),
  label: byLabels((volume) => inspectedVolume(volume).Labels ?? {}),
  /** Whether no container uses it. */
  dangling: (values) => {
    const wanted = truth('dangling', values);
    const usedBy = volumeUsers();
    return ({ name }) => (usedBy(name).length === 0) === wanted;
  },
};

/** Two values that say the opposite are refused, as Docker does. */
function truth(key: string, values: readonly string[]): boolean {
  const truths = values.map((value) => TRUTHS[value]);
  const [first] = truths;
  if (first !== undefined && truths.every((one) => one === first)) return first;
  throw invalidValue(key, values.join(','), 'true or 1, false or 0');
}

const TRUTHS: Readonly<Record<string, boolean>> = { true: true, 1: true, false: false, 0: false };
