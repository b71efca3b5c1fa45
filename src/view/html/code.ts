import { type CodePart, highlight } from '../highlight.js';
import { displayWidth } from '../text/width.js';
import { type Html, html, join } from './html.js';

/** A page as wide as its text shows so many columns of code; more can be scrolled, also by keyboard. */
const COLUMNS = 88;

/** A block of code, highlighted as its language wants (`ts`, `sh by-hand`), below the name of its file (`ts source=labs/x.ts#part`). */
export function codeHtml(code: string, info: string): Html {
  const [language = ''] = info.trim().split(/\s+/);
  const source = /\ssource=([^\s#]+)/.exec(info)?.[1];
  const block = blockHtml(code.replace(/\n$/, ''), language);
  if (source === undefined) return block;
  return html`<figure class="source"><figcaption><code>${source}</code></figcaption>${block}</figure>`;
}

function blockHtml(text: string, language: string): Html {
  const lines = highlight(text, language).map((parts) => join(parts.map(partHtml)));
  const focus = text.split('\n').some((line) => displayWidth(line) > COLUMNS) && html` tabindex="0"`;
  return html`<pre class="code"${focus}><code class="language-${language || 'text'}">${join(lines, '\n')}</code></pre>`;
}

/** A name has the colour of the text around it. */
function partHtml({ text, kind }: CodePart): Html {
  return kind === undefined || kind === 'name' ? html`${text}` : html`<span class="hl-${kind}">${text}</span>`;
}
