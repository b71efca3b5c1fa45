import { parseMoment } from '../../container/logs/since.js';
import { compilePattern } from '../../image/build/context/match.js';
import { familiarName } from '../../image/reference.js';
import { findImage, type Image } from '../../image/store/images.js';
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

/** What `images --filter` asks of images. Throws UserError (2). */
export function parseImageFilters(words: readonly string[]): Test<Image> {
  return parseFilters(words, IMAGE_FILTERS);
}

/** Leaves an image the names alone that `--filter reference` asks for: its others are not listed, as with Docker. */
export function namesWanted(words: readonly string[]): (image: Image) => Image {
  const patterns = valuesByKey(words).get('reference');
  if (!patterns) return (image) => image;
  const isWanted = anyOf(nameTest)(patterns);
  return (image) => ({ ...image, names: image.names.filter(isWanted) });
}

/** What `image prune --filter` asks. Throws UserError (2). */
export function parseImagePruneFilters(words: readonly string[]): Test<Image> {
  return parseFilters(words, PRUNE_FILTERS);
}

const labelled = byLabels<Image>(({ config }) => config.config?.Labels ?? {});
const unlabelled =
  (values: readonly string[]): Test<Image> =>
  (image) =>
    !labelled(values)(image);

const until = ([value = '']: readonly string[]): Test<Image> => {
  const moment = parseMoment('--filter until', value, Date.now());
  return (image) => createdAt(image) < moment;
};

const PRUNE_FILTERS: FilterTable<Image> = { until, label: labelled, 'label!': unlabelled };

/** The rules are those of moby, daemon/images/images.go. */
const IMAGE_FILTERS: FilterTable<Image> = {
  ...PRUNE_FILTERS,
  /** It has no name. */
  dangling: (values) => {
    const wanted = truth('dangling', values);
    return ({ names }) => (names.length === 0) === wanted;
  },
  reference: anyOf((pattern) => {
    const fits = nameTest(pattern);
    return ({ names }) => names.some(fits);
  }),
  /** Made before that image, or since. */
  before: anyOf((value) => {
    const moment = createdAt(findImage(value));
    return (image) => createdAt(image) < moment;
  }),
  since: anyOf((value) => {
    const moment = createdAt(findImage(value));
    return (image) => createdAt(image) > moment;
  }),
};

function nameTest(pattern: string): Test<string> {
  const fits = patternOf(pattern);
  return (name) => formsOf(familiarName(name)).some(fits);
}

function patternOf(value: string): (name: string) => boolean {
  try {
    return compilePattern(value);
  } catch {
    throw invalidValue('reference', value, 'a name, or a pattern such as team/* or *:latest');
  }
}

/** The whole name, and that without its tag or digest (distribution/reference, FamiliarMatch()). */
function formsOf(name: string): string[] {
  return [name, name.replace(/@.*$|:[^:/]*$/, '')];
}

function createdAt({ config }: Image): number {
  return Date.parse(config.created ?? '') || 0;
}
