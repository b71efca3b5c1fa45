import { arrange, type Events } from '../../run/index.js';
import type { Item } from '../../run/items.js';
import { wordsIn } from '../../words/index.js';
import { countedHtml, itemHtml } from './items.js';

/** A piece of a page that shows a run. */
export interface Fragment {
  /** The section that it belongs in; undefined for what belongs to the whole lab: its start, its end. */
  readonly step?: string;
  readonly type: Item['type'];
  readonly html: string;
}

/**
 * Turns a lab's events into fragments of a page as they come; `brief` leaves out the calls that are counted, which are most of a
 * run. Throws what the lab threw, after the fragments before it.
 */
export async function* eventsToHtml(
  events: Events,
  language: string,
  detail: 'whole' | 'brief' = 'whole',
): AsyncGenerator<Fragment, void> {
  const words = wordsIn(language);
  let step: string | undefined;
  for await (const item of arrange(events)) {
    if (item.type === 'over' && item.error !== undefined) throw item.error;
    if (item.type === 'step') step = item.id;
    if (item.type === 'end') step = undefined;
    const counts = detail === 'brief' && item.type === 'folded';
    const html = (counts ? countedHtml(item, words) : itemHtml(item, words)).text;
    if (html !== '') yield { ...(step === undefined ? {} : { step }), type: item.type, html };
  }
}
