import type { EventLine } from '../../state/event-log.js';
import { anyOf, byLabels, type FilterTable, parseFilters, type Test } from './filter.js';

/** What `events --filter` asks of events. Throws UserError (2). */
export function parseEventFilters(words: readonly string[]): Test<EventLine> {
  return parseFilters(words, EVENT_FILTERS);
}

/** The rules are those of moby, daemon/events/filter.go. */
const EVENT_FILTERS: FilterTable<EventLine> = {
  container: anyOf(byStart),
  network: anyOf(byStart),
  volume: anyOf(byStart),
  event: (values) => {
    const isWanted = values.some((value) => WITH_MORE.includes(value)) ? startsWith : equals;
    return ({ action }) => values.some((value) => isWanted(action, value));
  },
  type: anyOf(
    (value) =>
      ({ type }) =>
        type === value,
  ),
  /** What happens to the image, and to containers of it. */
  image: anyOf(
    (value) =>
      ({ type, id, attributes: { name, image } }) =>
        (type === 'image' ? [id, name] : [image]).some(
          (one) => one !== undefined && [one, withoutTag(one)].includes(value),
        ),
  ),
  label: byLabels(({ attributes }) => attributes),
};

/** Actions that say more behind a colon. */
const WITH_MORE = ['health_status', 'exec_create', 'exec_start'];

/** The start of an id or a name is enough. */
function byStart(value: string): Test<EventLine> {
  return ({ id, attributes }) => id.startsWith(value) || (attributes.name?.startsWith(value) ?? false);
}

function startsWith(text: string, start: string): boolean {
  return text.startsWith(start);
}

function equals(one: string, other: string): boolean {
  return one === other;
}

function withoutTag(image: string): string {
  return image.replace(/:[^:/]*$/, '');
}
