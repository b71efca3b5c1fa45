import type { Summary } from '../../run/items.js';
import { nameWithStep, skippedSentence, splitWhy } from '../../run/sentences.js';
import type { Words } from '../../words/index.js';
import { type Html, html } from '../html.js';
import { checkHtml } from './checks.js';

/** How the lab ended, why and what to do, what was left out and what that broke, and that the host is as it was. */
export function endHtml(end: Summary, words: Words): Html {
  const held = end.status === 'held';
  const { why, remedies } = splitWhy(end, words);
  const skipped = skippedSentence(end, words);
  return html`<div class="end ${end.status}" data-status="${end.status}">
<p class="verdict"><span class="mark" aria-hidden="true">${held ? '✓' : '✗'}</span> <code>${end.id}</code> ${words.verdict(end)}</p>
${why !== '' && html`<p>${why}</p>`}
${remedies.map((remedy) => html`<pre class="remedy">${remedy}</pre>`)}
${skipped !== '' && html`<p class="left-out"><span aria-hidden="true">⊘</span> ${skipped}</p>`}
${end.broken.map((check) => checkHtml(check, words, nameWithStep(check, words)))}
${end.host?.held && html`<p class="check held"><span class="mark" aria-hidden="true">✓</span> <span class="name">${words.named(end.host.name)}</span></p>`}
</div>`;
}
