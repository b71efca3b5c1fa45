import type { OutputLines } from '../../run/items.js';
import { LONGEST_OUTPUT } from '../../run/rows.js';
import { abridgeText } from '../../text/abridge.js';
import type { Words } from '../../words/index.js';
import { type Html, html } from '../html.js';

/** The command, and what it printed; its standard error is marked. */
export function outputHtml({ command, continued, stream, text }: OutputLines, words: Words): Html {
  const head =
    command !== undefined &&
    !continued &&
    html`<p class="command"><span aria-hidden="true">$ </span><code>${command}</code></p>`;
  const lines = abridgeText(text, LONGEST_OUTPUT, (count) => `… ${words.linesMore(count)}`).join('\n');
  const label = stream === 'stderr' && html`<span class="unseen">${words.plain.output.stderr}${words.colon}</span>`;
  return html`<div class="output ${stream}">${head}${text !== '' && html`<pre>${label}${lines}</pre>`}</div>`;
}
