import { type CodePart, highlight } from '../highlight.js';
import { displayWidth } from '../text/width.js';
import { type Html, html, join } from './html.js';

/** A page as wide as its text shows so many columns of code; more can be scrolled, also by keyboard. */
const COLUMNS = 88;

/** A block of code, highlighted as its language wants (`ts`, `sh by-hand`), below the place that it was included from. */
export function codeHtml(code: string, info: string): Html {
  const [language = ''] = info.trim().split(/\s+/);
  const text = code.replace(/\n$/, '');
  const lines = highlight(text, language).map((parts) => join(parts.map(partHtml)));
  const focus = text.split('\n').some((line) => displayWidth(line) > COLUMNS) && html` tabindex="0"`;
  const source = /\bsource=(\S+)/.exec(info)?.[1];
  const block = html`<pre class="code"${focus}><code class="language-${language || 'text'}">${join(lines, '\n')}</code></pre>`;
  return source === undefined ? block : html`<figure class="source">${captionOf(source)}${block}</figure>`;
}

/** `labs/03-cgroups/limits.ts#limit-cpu`: the file; the region has no name that a reader could look for. */
function captionOf(source: string): Html {
  return html`<figcaption><code>${source.replace(/#.*/, '')}</code></figcaption>`;
}

function partHtml({ text, kind }: CodePart): Html {
  return kind === undefined ? html`${text}` : html`<span class="hl-${kind}">${text}</span>`;
}
