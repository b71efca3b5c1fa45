import type { LabEvent } from '../../../lab/events.js';
import { arrange } from '../../run/index.js';
import type { Item } from '../../run/items.js';
import { type Words, wordsIn } from '../../words/index.js';
import { Html } from '../html.js';
import { callHtml, countedHtml, foldedHtml } from './calls.js';
import { checkHtml } from './checks.js';
import { measureHtml } from './measures.js';
import { changeHtml, observationHtml } from './observations.js';
import { outputHtml } from './output.js';
import { labHtml, stepHtml } from './steps.js';
import { endHtml } from './summary.js';

type Formatters = { [Type in Item['type']]: (item: Extract<Item, { type: Type }>, words: Words) => Html };

/** How each kind of item looks on a page. */
const FORMATTERS: Formatters = {
  lab: labHtml,
  step: stepHtml,
  observe: observationHtml,
  change: changeHtml,
  syscall: callHtml,
  folded: foldedHtml,
  output: outputHtml,
  measure: measureHtml,
  check: checkHtml,
  end: endHtml,
  hold: () => new Html(''),
  over: () => new Html(''),
};

/** The HTML of one item, for a reader of this language: one element, or nothing. What containers wrote in it is escaped. */
export function renderItem<Type extends Item['type']>(item: Extract<Item, { type: Type }>, language: string): string {
  const format: (item: Extract<Item, { type: Type }>, words: Words) => Html = FORMATTERS[item.type];
  return format(item, wordsIn(language)).text;
}

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
  events: AsyncIterable<LabEvent>,
  language: string,
  detail: 'whole' | 'brief' = 'whole',
): AsyncGenerator<Fragment, void> {
  let step: string | undefined;
  for await (const item of arrange(events)) {
    if (item.type === 'over' && item.error !== undefined) throw item.error;
    if (item.type === 'step') step = item.id;
    if (item.type === 'end') step = undefined;
    const counts = detail === 'brief' && item.type === 'folded';
    const html = counts ? countedHtml(item, wordsIn(language)).text : renderItem(item, language);
    if (html !== '') yield { ...(step === undefined ? {} : { step }), type: item.type, html };
  }
}
