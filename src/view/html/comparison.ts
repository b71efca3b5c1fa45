import type { Check, LabEvent } from '../../lab/events.js';
import type { StepComparison } from '../experiment/compare.js';
import type { Pair } from '../experiment/pairs.js';
import { valueRows } from '../experiment/rows.js';
import { compareRuns } from '../experiment/runs.js';
import { inWords } from '../run/in-words.js';
import type { CallRow, Observed, OutputLines } from '../run/items.js';
import { hasFailed, resultOf } from '../run/sentences.js';
import type { Words } from '../words/index.js';
import { type Html, html } from './html.js';

/** A run with a step and one without it, beside each other: what differs in each step, as HTML by the step's id. */
export async function comparisonHtml(
  withIt: readonly LabEvent[],
  withoutIt: readonly LabEvent[],
  words: Words,
): Promise<Map<string, string>> {
  if (withIt.length === 0 || withoutIt.length === 0) return new Map();
  const { steps } = await compareRuns(withIt, withoutIt);
  return new Map(steps.map((comparison) => [comparison.step.id, tableHtml(comparison, words).text]));
}

/** A step with and without: the calls, what was read and printed, the checks. */
export function tableHtml({ step, calls, observed, output, checks }: StepComparison, words: Words): Html {
  const shown = calls.filter((pair) => step.skipped || (pair.with && pair.without));
  return html`<table class="experiment"><thead><tr><th scope="col">${words.experiment.withIt}</th><th scope="col">${words.experiment.withoutIt}</th></tr></thead><tbody>
${shown.map((pair) => rowHtml(callHtml(pair.with), pair.without ? callHtml(pair.without) : struckHtml(pair.with)))}
${observed.map((pair) => observedHtml(pair, words))}
${output.map((pair) => outputHtml(pair, words))}
${checks.map((pair) => checkHtml(pair, words))}</tbody></table>`;
}

function rowHtml(withIt: Html | string, withoutIt: Html | string): Html {
  return html`<tr><td>${withIt}</td><td>${withoutIt}</td></tr>\n`;
}

function headHtml(text: Html | string): Html {
  return html`<tr><th colspan="2" scope="colgroup">${text}</th></tr>\n`;
}

function callHtml(call: CallRow | undefined): Html {
  if (!call) return html``;
  return html`<span class="call-text${hasFailed(call) && ' failed'}"><code>${call.text}</code> ${resultOf(call)}</span>`;
}

function struckHtml(call: CallRow | undefined): Html {
  return call ? html`<span aria-hidden="true">⊘</span> <s><code>${call.text}</code></s>` : html``;
}

function observedHtml(pair: Pair<Observed>, words: Words): Html {
  const { path, from } = (pair.with ?? pair.without) as Observed;
  const [one = '', other = ''] = [pair.with, pair.without].map((seen) => (seen ? inWords(seen, words) : ''));
  return html`${headHtml(html`<code>${words.named(path)}</code> ${words.from[from]}`)}${valuesHtml(one, other, words)}`;
}

function outputHtml(pair: Pair<OutputLines>, words: Words): Html {
  const { command } = (pair.with ?? pair.without) as OutputLines;
  const head = command !== undefined && headHtml(html`$ <code>${words.named(command)}</code>`);
  return html`${head}${valuesHtml(pair.with?.text ?? '', pair.without?.text ?? '', words)}`;
}

function valuesHtml(withIt: string, withoutIt: string, words: Words): Html[] {
  return valueRows(withIt, withoutIt).map((row) => {
    if (!('hidden' in row)) return rowHtml(html`<samp>${row.with}</samp>`, html`<samp>${row.without}</samp>`);
    return html`<tr><td colspan="2">… ${words[row.same ? 'linesSame' : 'linesMore'](row.hidden)}</td></tr>\n`;
  });
}

function checkHtml(pair: Pair<Check>, words: Words): Html {
  const name = words.named((pair.with ?? pair.without)?.name ?? '');
  return html`${headHtml(name)}${rowHtml(foundHtml(pair.with, words), foundHtml(pair.without, words))}`;
}

function foundHtml(check: Check | undefined, words: Words): Html {
  if (!check) return html`${words.experiment.notReached}`;
  const [mark, word, kind] = check.held ? ['✓', words.page.held, 'held'] : ['✗', words.page.failed, 'failed'];
  return html`<span class="found-${kind}"><span aria-hidden="true">${mark}</span> ${word}</span> <samp>${words.named(check.actual)}</samp>`;
}
