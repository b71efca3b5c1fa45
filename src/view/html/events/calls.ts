import type { SyscallMade } from '../../../lab/events.js';
import type { CallRow, FoldedCalls } from '../../arrange/items.js';
import { hasFailed, resultOf } from '../../words.js';
import { type Html, html } from '../html.js';
import type { Words } from '../words.js';

/** A row of the trace: who, what, and what the kernel returned. New ones and failed ones are marked. */
export function callHtml(call: CallRow, words: Words): Html {
  const failed = hasFailed(call);
  const kind = failed ? ' failed' : call.novelty === 'new' ? ' new' : '';
  return html`<p class="call${kind}">${markHtml(call, words)}<span class="by">${call.by}</span> <code>${namedHtml(call)}</code> ${resultHtml(call, words)}${aroundHtml(call)}</p>`;
}

/** How many calls there are that a reader has seen before; they open below. */
export function foldedHtml(item: FoldedCalls, words: Words): Html {
  const calls = [...item.repeated, ...item.housekeeping].map((call) => callHtml(call, words));
  return html`<details class="folded"><summary><span class="by">${item.by}</span> <span class="count">… ${words.folded(item)}</span></summary>${calls}</details>`;
}

/** The same without the calls themselves. */
export function countedHtml(item: FoldedCalls, words: Words): Html {
  return html`<p class="folded"><span class="mark"></span><span class="by">${item.by}</span> <span class="count">… ${words.folded(item)}</span></p>`;
}

function markHtml(call: CallRow, words: Words): Html {
  if (hasFailed(call))
    return html`<span class="mark" aria-hidden="true">✗</span><span class="unseen">${words.failed} </span>`;
  if (call.novelty === 'new')
    return html`<span class="mark" aria-hidden="true">▸</span><span class="unseen">${words.newCall} </span>`;
  return html`<span class="mark" aria-hidden="true"></span>`;
}

/** The name stands out: it is what a reader looks for. */
function namedHtml({ name, text }: SyscallMade): Html {
  return text.startsWith(name) ? html`<b>${name}</b>${text.slice(name.length)}` : html`${text}`;
}

function resultHtml(call: CallRow, words: Words): Html {
  if (call.result === undefined)
    return html`<span class="result"><span aria-hidden="true">→</span><span class="unseen">${words.noReturn}</span></span>`;
  return html`<span class="result">${resultOf(call)}</span>`;
}

function aroundHtml({ around }: CallRow): Html | undefined {
  return around && html` <span class="around">… ${around.map(({ name }) => name).join(', ')}</span>`;
}
