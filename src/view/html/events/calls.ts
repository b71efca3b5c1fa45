import type { SyscallMade } from '../../../lab/events.js';
import type { CallRow, FoldedCalls } from '../../run/items.js';
import { countFolded, hasFailed, resultOf } from '../../run/sentences.js';
import type { Words } from '../../words/index.js';
import { type Html, html } from '../html.js';

const TIMES = (count: number) => ` ×${count}`;

/**
 * A row of the trace: who, what, and what the kernel returned. New ones and failed ones are marked; the mark itself is in the style
 * sheet, since a run has hundreds of rows.
 */
export function callHtml(call: CallRow, words: Words): Html {
  const kind = hasFailed(call) ? ' failed' : call.novelty === 'new' ? ' new' : '';
  const spoken = hasFailed(call) ? words.page.failed : words.page.newCall;
  return html`<p class="call${kind}">${kind !== '' && html`<span class="unseen">${spoken} </span>`}<i>${call.by}</i> <code>${namedHtml(call)}</code> ${resultHtml(call, words)}${aroundHtml(call)}</p>
`;
}

/** How many calls there are that a reader has seen before; they open below. */
export function foldedHtml(item: FoldedCalls, words: Words): Html {
  const calls = [...item.repeated, ...item.housekeeping].map((call) => callHtml(call, words));
  return html`<details class="folded"><summary><i>${item.by}</i> <span>… ${countFolded(item, words, TIMES)}</span></summary>${calls}</details>`;
}

/** The same without the calls themselves. */
export function countedHtml(item: FoldedCalls, words: Words): Html {
  return html`<p class="folded"><i>${item.by}</i> <span>… ${countFolded(item, words, TIMES)}</span></p>`;
}

/** The name stands out: it is what a reader looks for. */
function namedHtml({ name, text }: SyscallMade): Html {
  return text.startsWith(name) ? html`<b>${name}</b>${text.slice(name.length)}` : html`${text}`;
}

function resultHtml(call: CallRow, words: Words): Html {
  if (call.result !== undefined) return html`<samp>${resultOf(call)}</samp>`;
  return html`<samp><span aria-hidden="true">→</span><span class="unseen">${words.noReturn}</span></samp>`;
}

function aroundHtml({ around }: CallRow): Html | undefined {
  return around && html` <span class="around">… ${around.map(({ name }) => name).join(', ')}</span>`;
}
