import type { LabEvent } from '../../lab/events.js';
import { visibleAll } from '../text/visible.js';
import { abbreviate, cutCalls } from './abbreviate.js';
import { compareLists } from './compare-lists.js';
import { foldCalls } from './fold-calls.js';
import type { Items, Over } from './items.js';
import { joinFileWrites } from './join-writes.js';
import { nameCauses } from './name-causes.js';
import { joinLines, nameCommandsOnce } from './output.js';
import { pairObservations } from './pair-observations.js';
import { showScriptsOnce } from './scripts-once.js';
import { tally } from './tally.js';

/** Of a lab that runs, or of a run that was recorded. */
export type Events = AsyncIterable<LabEvent> | Iterable<LabEvent>;

/**
 * Turns a lab's events into what a view shows, in order, with control characters made visible. The last item is `over`, with the
 * error where the lab threw one, so that what was held back is shown first.
 */
export function arrange(events: Events): Items {
  const whole = nameCommandsOnce(joinLines(nameCauses(tally(abbreviate(untilOver(events))))));
  const compared = cutCalls(compareLists(joinFileWrites(whole)));
  return makeVisible(pairObservations(foldCalls(showScriptsOnce(compared))));
}

async function* untilOver(events: Events): AsyncGenerator<LabEvent | Over, void> {
  let error: unknown;
  try {
    yield* events;
  } catch (thrown) {
    error = thrown;
  }
  yield { type: 'over', error };
}

/** What a container wrote must not reach the terminal as it is. */
async function* makeVisible(items: Items): Items {
  for await (const item of items) yield item.type === 'over' ? item : visibleAll(item);
}
