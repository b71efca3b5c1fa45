import { type CodePart, highlight } from '../highlight.js';
import { displayWidth } from '../text/width.js';
import { type Html, html, join } from './html.js';

/** A window of 1280 pixels shows so many columns of code beside the contents. A line that is longer goes on below, further to the right. */
const COLUMNS = 84;

/** A block of code, highlighted as its language wants (`ts`, `sh by-hand`), below the name of its file (`ts source=labs/x.ts#part`). */
export function codeHtml(code: string, info: string): Html {
  const [language = ''] = info.trim().split(/\s+/);
  const source = /\ssource=([^\s#]+)/.exec(info)?.[1];
  const block = blockHtml(code.replace(/\n$/, ''), language);
  if (source === undefined) return block;
  return html`<figure class="source"><figcaption><code>${source}</code></figcaption>${block}</figure>`;
}

function blockHtml(text: string, language: string): Html {
  const lines = highlight(text, language).map(lineHtml);
  return html`<pre class="code"><code class="language-${language || 'text'}">${join(lines, '\n')}</code></pre>`;
}

function lineHtml(parts: readonly CodePart[]): Html {
  const isLong = displayWidth(parts.map(({ text }) => text).join('')) > COLUMNS;
  const line = join(parts.map(partHtml));
  return isLong ? html`<span class="long">${line}</span>` : line;
}

/** A name has the colour of the text around it. */
function partHtml({ text, kind }: CodePart): Html {
  return kind === undefined || kind === 'name' ? html`${text}` : html`<span class="hl-${kind}">${text}</span>`;
}
