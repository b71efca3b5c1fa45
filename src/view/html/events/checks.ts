import type { Check } from '../../../lab/events.js';
import { saysItAll } from '../../run/sentences.js';
import type { Words } from '../../words/index.js';
import { type Html, html } from '../html.js';

/** Whether a claim held, as a symbol, as a word and in colour; what was expected and what was found. */
export function checkHtml(check: Check, words: Words, name = words.named(check.name)): Html {
  const word = check.held ? 'held' : 'failed';
  return html`<p class="check ${word}" data-check="${check.name}" data-held="${check.held ? 'true' : 'false'}" data-actual="${check.actual}"><span class="mark" aria-hidden="true">${check.held ? '✓' : '✗'}</span> <b class="word">${words.page[word]}</b> <span class="name">${name}</span> ${foundHtml(check, words)}</p>`;
}

function foundHtml(check: Check, words: Words): Html {
  if (saysItAll(check)) return html`<span class="found"><code>${check.actual}</code></span>`;
  return html`<span class="found">${words.page.expected} <code>${check.expected}</code>${words.note(words.page.got)} <code>${check.actual}</code></span>`;
}
