import type { Check, Measurement } from '../../../lab/events.js';
import { type Formatters, formatBy } from '../../formatters.js';
import type { CallRow, FoldedCalls, Item, NumberedStep, OutputLines, Summary } from '../../run/items.js';
import { LONGEST_OUTPUT } from '../../run/rows.js';
import {
  countFolded,
  hasFailed,
  leftOut,
  legendOf,
  nameWithStep,
  resultOf,
  skippedSentence,
  splitWhy,
  wasThere,
} from '../../run/sentences.js';
import { abridgeText } from '../../text/abridge.js';
import { humanise } from '../../text/figures.js';
import type { Words } from '../../words/index.js';
import { Html, html } from '../html.js';
import { changeHtml, observationHtml } from './observations.js';
import { plotSvg } from './plot.js';

/** How each kind of item looks on a page. What a reader must not miss is a symbol, a word and a colour. */
const FORMATTERS: Formatters<Item, Words, Html> = {
  lab: (lab, words) =>
    html`<p class="machine"><code>${lab.id}</code> ${words.machine(lab)} ${legendHtml(words)}${legendOf(lab).map((text) => html` <code>${text}</code>`)}</p>`,
  step: stepHtml,
  observe: observationHtml,
  change: changeHtml,
  syscall: callHtml,
  folded: (item, words) =>
    html`<details class="folded"><summary>${countHtml(item, words)}</summary>${[...item.repeated, ...item.housekeeping].map((call) => callHtml(call, words))}</details>`,
  output: outputHtml,
  measure: measureHtml,
  check: checkHtml,
  end: endHtml,
  hold: () => new Html(''),
  over: () => new Html(''),
};

/** One element, or nothing. What containers wrote in it is escaped. */
export function itemHtml(item: Item, words: Words): Html {
  return formatBy(FORMATTERS, item, words);
}

/** Calls that are counted, without the calls themselves. */
export function countedHtml(item: FoldedCalls, words: Words): Html {
  return html`<p class="folded">${countHtml(item, words)}</p>`;
}

/** What the mark of a call means. */
export function legendHtml(words: Words): Html {
  return html`<span class="legend"><span aria-hidden="true">●</span> ${words.page.isNew}</span>`;
}

/** Number, title and id; why nothing is done, where nothing is. The prose stands in the lesson around it. */
function stepHtml(step: NumberedStep, words: Words): Html {
  const why = leftOut(step, words);
  const note = why !== undefined && html`<span class="left-out"><span aria-hidden="true">⊘</span> ${why}</span>`;
  return html`<p class="step"><span class="number">${words.page.step} ${step.number}</span> <span class="title">${step.title}</span> <code>${step.id}</code>${note}</p>`;
}

/** Who, what, and what the kernel returned. The mark itself is in the style sheet, since a run has hundreds of rows. */
function callHtml(call: CallRow, words: Words): Html {
  const { name, text, by, result, around } = call;
  const kind = hasFailed(call) ? ' failed' : call.novelty === 'new' ? ' new' : '';
  const spoken =
    kind !== '' && html`<span class="unseen">${hasFailed(call) ? words.page.failed : words.page.newCall} </span>`;
  // The name is what a reader looks for.
  const code = text.startsWith(name) ? html`<b>${name}</b>${text.slice(name.length)}` : text;
  const away = html`<span aria-hidden="true">→</span><span class="unseen">${words.noReturn}</span>`;
  const returned = wasThere(call) ? `· ${words.existsAlready}` : resultOf(call);
  const beside = around && html` <span class="around">… ${around.map((other) => other.name).join(', ')}</span>`;
  return html`<p class="call${kind}">${spoken}<i>${by}</i> <code>${code}</code> <samp>${result === undefined ? away : returned}</samp>${beside}</p>
`;
}

function countHtml(item: FoldedCalls, words: Words): Html {
  return html`<i>${item.by}</i> <span>… ${countFolded(item, words, (count) => ` ×${count}`)}</span>`;
}

/** The command, and what it printed; its standard error is marked. */
function outputHtml({ command, continued, stream, text }: OutputLines, words: Words): Html {
  const isNew = command !== undefined && !continued;
  const head =
    isNew && html`<p class="command"><span aria-hidden="true">$ </span><code>${words.named(command)}</code></p>`;
  const lines = abridgeText(text, LONGEST_OUTPUT, (count) => `… ${words.linesMore(count)}`).join('\n');
  const label = stream === 'stderr' && html`<span class="unseen">${words.plain.output.stderr}${words.colon}</span>`;
  return html`<div class="output ${stream}">${head}${text !== '' && html`<pre>${label}${lines}</pre>`}</div>`;
}

/** The figure, and its series as a plot with axes where there is one. */
function measureHtml(measure: Measurement, words: Words): Html {
  const { name, value, unit, series = [] } = measure;
  const figure = html`<span class="name">${words.named(name)}</span> <b class="value">${words.named(humanise(value, unit))}</b>`;
  if (series.length < 2) return html`<p class="measure">${figure}</p>`;
  return html`<figure class="measure"><figcaption>${figure}</figcaption>${plotSvg(measure, words)}</figure>`;
}

/** Whether a claim held; what was expected and what was found. */
function checkHtml(check: Check, words: Words, name = words.named(check.name)): Html {
  const { held, expected, actual } = check;
  const word = held ? 'held' : 'failed';
  const found = html`<code>${words.named(actual)}</code>`;
  const told = html`${words.page.expected} <code>${words.named(expected)}</code>${words.note(words.page.got)} ${found}`;
  return html`<p class="check ${word}" data-check="${check.name}" data-held="${String(held)}" data-actual="${actual}"><span class="mark" aria-hidden="true">${held ? '✓' : '✗'}</span> <b class="word">${words.page[word]}</b> <span class="name">${name}</span> <span class="found">${held ? found : told}</span></p>`;
}

/** How the lab ended, why and what to do, what was left out and what that broke, and that the host is as it was. */
function endHtml(end: Summary, words: Words): Html {
  const { why, remedies } = splitWhy(end, words);
  const skipped = skippedSentence(end, words);
  return html`<div class="end ${end.status}" data-status="${end.status}">
<p class="verdict"><span class="mark" aria-hidden="true">${end.status === 'held' ? '✓' : '✗'}</span> <code>${end.id}</code> ${words.verdict(end)}</p>
${why !== '' && html`<p>${why}</p>`}
${remedies.map((remedy) => html`<pre class="remedy">${remedy}</pre>`)}
${skipped !== '' && html`<p class="left-out"><span aria-hidden="true">⊘</span> ${skipped}</p>`}
${end.broken.map((check) => checkHtml(check, words, nameWithStep(check, words)))}
${end.host?.held && html`<p class="check held"><span class="mark" aria-hidden="true">✓</span> <span class="name">${words.named(end.host.name)}</span></p>`}
</div>`;
}
