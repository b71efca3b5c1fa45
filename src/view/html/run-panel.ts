import type { Words } from '../words/index.js';
import { type Html, html } from './html.js';

/** What a page has to know of a lab to offer a run of it. */
export interface PageLab {
  readonly id: string;
  readonly steps: readonly string[];
  readonly skippable: readonly string[];
  readonly options: readonly { readonly name: string; readonly description: string; readonly default: string }[];
}

/** Run and stop, the steps that can be skipped and the lab's own options; the script does the rest. */
export function runPanelHtml(lab: PageLab, words: Words): Html {
  return html`<form class="run-lab needs-script" data-lab="${lab.id}" data-steps="${JSON.stringify(lab.steps)}" aria-labelledby="run-title">
<h2 id="run-title">${words.page.runLab}</h2>
<details class="settings"><summary>${words.page.options}</summary>
${lab.options.length > 0 && html`<div class="options">${lab.options.map((option) => optionHtml(option, words))}</div>`}
${lab.skippable.length > 0 && html`<fieldset class="skips"><legend>${words.page.skip}</legend>${lab.skippable.map(skipHtml)}</fieldset>`}
</details>
<p class="buttons"><button type="submit" class="primary">${words.page.run}</button> <button type="button" data-stop disabled>${words.page.stop}</button></p>
<p class="run-status" role="status"></p>
<div class="run-summary"></div>
</form>`;
}

function skipHtml(step: string): Html {
  return html`<label><input type="checkbox" name="skip" value="${step}"> <code>${step}</code></label>`;
}

function optionHtml({ name, description, default: value }: PageLab['options'][number], words: Words): Html {
  return html`<label><code>--${name}</code> <input type="text" name="${name}" value="${value}" size="8" autocomplete="off" spellcheck="false"> <span>${words.said(description)}</span></label>`;
}
