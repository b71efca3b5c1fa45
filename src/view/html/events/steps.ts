import type { LabStarted } from '../../../lab/events.js';
import type { NumberedStep } from '../../run/items.js';
import { leftOut } from '../../run/sentences.js';
import type { Words } from '../../words/index.js';
import { type Html, html } from '../html.js';

/** The machine that the lab runs on. */
export function labHtml(lab: LabStarted, words: Words): Html {
  return html`<p class="machine"><code>${lab.id}</code> ${words.machine(lab)} ${legendHtml(words)}</p>`;
}

/** What the mark of a call means. */
export function legendHtml(words: Words): Html {
  return html`<span class="legend"><span aria-hidden="true">●</span> ${words.page.isNew}</span>`;
}

/** Number, title and id; why nothing is done, where nothing is. The prose stands in the lesson around it. */
export function stepHtml(step: NumberedStep, words: Words): Html {
  const why = leftOut(step, words);
  const note =
    why === undefined ? undefined : html`<span class="left-out"><span aria-hidden="true">⊘</span> ${why}</span>`;
  return html`<p class="step"><span class="number">${words.page.step} ${step.number}</span> <span class="title">${step.title}</span> <code>${step.id}</code>${note}</p>`;
}
