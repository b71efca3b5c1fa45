import type { LabEvent } from '../../lab/events.js';
import type { Told } from '../experiment/index.js';
import { type Beside, compareAlong, type Outcome } from '../experiment/runs.js';
import { storyOf } from '../experiment/story.js';
import { arrange, type Events } from '../run/index.js';
import { splitWhy } from '../run/sentences.js';
import { type Words, wordsIn } from '../words/index.js';
import { tableHtml } from './comparison.js';
import type { Fragment } from './events/index.js';
import { itemHtml } from './events/items.js';
import { type Html, html } from './html.js';
import { inlineHtml } from './markdown.js';

/** What is tried: the lab's run with all its calls, which is over, and what is to be said at the end. */
export interface Experiment {
  readonly withIt: readonly LabEvent[];
  readonly told: Told;
}

/** A run without some calls beside the one with them, as fragments of a page; what differs in a step comes behind all of that step. */
export async function* experimentToHtml(
  { withIt, told }: Experiment,
  without: Events,
  language: string,
): AsyncGenerator<Fragment, void> {
  const words = wordsIn(language);
  for await (const one of compareAlong(await storyOf(withIt), arrange(without))) {
    if (one.type === 'over' && one.error !== undefined) throw one.error;
    yield* fragmentsOf(one, told, words);
  }
}

function* fragmentsOf(one: Beside, told: Told, words: Words): Generator<Fragment, void> {
  if (one.type === 'step') yield { step: one.id, type: 'step', html: itemHtml(one, words).text };
  if (one.type === 'outcome') yield { type: 'end', html: outcomeHtml(one, told, words).text };
  if (one.type !== 'compared') return;
  const { comparison } = one;
  yield { step: comparison.step.id, type: 'change', html: tableHtml(comparison, words).text };
}

function outcomeHtml({ same, ...ends }: Outcome, { skipped, sentences }: Told, words: Words): Html {
  const { why } = splitWhy(ends.without, words);
  return html`<div class="end">
<p class="verdict"><span class="mark" aria-hidden="true">⊘</span> <span class="outcome">${words.experiment.outcome(skipped.join(words.comma), ends)}</span></p>
<p>${words.experiment.same(same)}${why !== '' && ` ${why}`}</p>
${sentences.map((sentence) => html`<p>${inlineHtml(words.sentence(sentence))}</p>`)}
</div>`;
}
