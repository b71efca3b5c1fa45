import { inWords } from '../../run/in-words.js';
import type { Change, Observed } from '../../run/items.js';
import { type Folded, foldedText, LONGEST_VALUE, type Row, rowsOf } from '../../run/rows.js';
import { abridgeText } from '../../text/abridge.js';
import { displayWidth } from '../../text/width.js';
import type { Words } from '../../words/index.js';
import { type Html, html } from '../html.js';

const MARK = { same: '', folded: '', added: '+', removed: '−', changed: '~' } as const;
/** Characters of each of two columns that stand beside each other on a page as wide as its text. */
const WIDEST_COLUMN = 42;

/** What something said once. */
export function observationHtml(observation: Observed, words: Words): Html {
  const note = observation.when === 'during' ? '' : words[observation.when];
  const lines = abridgeText(inWords(observation, words), LONGEST_VALUE, (count) => `… ${words.linesMore(count)}`);
  return html`<div class="observed">${subjectHtml(observation, note, words)}<pre>${lines.join('\n')}</pre>${byHtml(observation, words)}</div>`;
}

/** Before and after: beside each other where that fits, else below each other. */
export function changeHtml(change: Change, words: Words): Html {
  if (change.isKnown) return html`<div class="observed">${subjectHtml(change.after, words.asBefore, words)}</div>`;
  const rows = rowsOf(change, words);
  if (rows.every(({ change }) => change === 'same' || change === 'folded')) return unchangedHtml(change, rows, words);
  const table = rows.every(isNarrow) ? besideHtml(rows, words) : belowHtml(rows, words);
  return html`<div class="observed">${subjectHtml(change.after, '', words)}${table}${byHtml(change.after, words)}</div>`;
}

function unchangedHtml({ after }: Change, rows: readonly Row[], words: Words): Html {
  const lines = rows.map((row) => (row.change === 'folded' ? `… ${foldedText(row, words)}` : (row.after ?? '')));
  return html`<div class="observed">${subjectHtml(after, words.same, words)}<pre>${lines.join('\n')}</pre></div>`;
}

function subjectHtml({ path, from }: Observed, note: string, words: Words): Html {
  const where = words.from[from] + (note === '' ? '' : words.note(note));
  return html`<p class="subject"><code>${words.named(path)}</code> <span class="from">${where}</span></p>`;
}

/** The calls that made the difference. */
function byHtml({ by = [] }: Observed, words: Words): Html[] {
  return by.map((call) => html`<p class="changed-by">${words.page.changedBy} <code>${call}</code></p>`);
}

function isNarrow(row: Row): boolean {
  if (row.change === 'folded') return true;
  return [row.before, row.after].every((text) => displayWidth(text ?? '') <= WIDEST_COLUMN);
}

function besideHtml(rows: readonly Row[], words: Words): Html {
  const body = rows.map((row) => {
    if (row.change === 'folded') return foldedHtml(row, 2, words);
    return html`<tr class="${row.change}">${markHtml(row.change, words)}<td>${row.before ?? ''}</td><td>${row.after ?? ''}</td></tr>`;
  });
  return html`<table class="beside"><thead><tr><th scope="col"><span class="unseen">${words.page.change}</span></th><th scope="col">${words.before}</th><th scope="col">${words.after}</th></tr></thead><tbody>${body}</tbody></table>`;
}

function belowHtml(rows: readonly Row[], words: Words): Html {
  const heads = `${words.before} − ${words.after} +`;
  return html`<table class="below"><thead><tr><th scope="col"><span class="unseen">${words.page.change}</span></th><th scope="col">${heads}</th></tr></thead><tbody>${rows.map((row) => stackedHtml(row, words))}</tbody></table>`;
}

function stackedHtml(row: Row, words: Words): Html {
  if (row.change === 'folded') return foldedHtml(row, 1, words);
  if (row.change === 'same') return html`<tr class="same">${markHtml('same', words)}<td>${row.before ?? ''}</td></tr>`;
  const line = (change: 'added' | 'removed', text: string | undefined) =>
    text !== undefined && html`<tr class="${change}">${markHtml(change, words)}<td>${text}</td></tr>`;
  return html`${line('removed', row.before)}${line('added', row.after)}`;
}

function markHtml(change: keyof typeof MARK, words: Words): Html {
  if (MARK[change] === '') return html`<td></td>`;
  return html`<td class="mark"><span aria-hidden="true">${MARK[change]}</span><span class="unseen">${words.page.mark[change]}</span></td>`;
}

function foldedHtml(row: Folded, columns: number, words: Words): Html {
  return html`<tr class="folded"><td></td><td colspan="${columns}">… ${foldedText(row, words)}</td></tr>`;
}
