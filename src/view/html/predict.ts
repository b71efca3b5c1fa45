import type { Choice, Predict } from '../../lesson/predict.js';
import type { Words } from '../words/index.js';
import { type Html, html } from './html.js';
import { inlineHtml, markdownHtml } from './markdown.js';

/**
 * A question to be answered before the kernel answers it. The script opens the answer when the reader has chosen; without the
 * script the reader opens it.
 */
export function predictHtml({ check, question, choices, why, line }: Predict, words: Words): Html {
  const id = `predict-${line}`;
  return html`<form class="predict" data-check="${check}">
<fieldset aria-describedby="${id}"><legend>${words.reader.predict}</legend>
<div id="${id}">${markdownHtml(question, words)}</div>
${choices.map(choiceHtml)}
<button type="submit" class="needs-script">${words.page.commit}</button></fieldset>
<details class="answer"><summary>${words.page.answer}</summary>
${choices.filter(({ right }) => right).map(rightHtml)}
${markdownHtml(why, words)}</details>
</form>`;
}

function choiceHtml({ text, right, says }: Choice, index: number): Html {
  const marks = html`${right && html` data-right=""`}${says !== undefined && html` data-says="${says}"`}`;
  return html`<label class="choice"${marks}><input type="radio" name="answer" value="${index}" required><span>${inlineHtml(text)}</span></label>`;
}

function rightHtml({ text }: Choice): Html {
  return html`<p class="right"><span aria-hidden="true">✓</span> ${inlineHtml(text)}</p>`;
}
