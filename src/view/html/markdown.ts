import type { RendererRule, Token } from 'markdown-it';
import MarkdownIt from 'markdown-it/dist/markdown-it.min.js';
import { spaceBetween } from '../../lesson/paragraph.js';
import { type Words, wordsIn } from '../words/index.js';
import { codeHtml } from './code.js';
import { escapeHtml, Html } from './html.js';

// No HTML in lessons, and no images: a page loads nothing from outside.
const MARKDOWN = new MarkdownIt({ html: false }).disable('image');

const RULES: Record<string, RendererRule> = {
  fence: (tokens, index) => codeHtml(tokens[index]?.content ?? '', tokens[index]?.info ?? '').text,
  // A browser would break `--privileged` behind its dashes.
  code_inline: (tokens, index) => {
    const code = tokens[index]?.content ?? '';
    return `<code${/^-\S{1,24}$/.test(code) ? ' class="flag"' : ''}>${breakable(escapeHtml(code))}</code>`;
  },
  code_block: (tokens, index) => codeHtml(tokens[index]?.content ?? '', '').text,
  table_open: (_tokens, _index, _options, env: Words) =>
    `<div class="table" role="group" tabindex="0" aria-label="${escapeHtml(env.reader.table)}"><table>`,
  table_close: () => '</table></div>',
  // A cell above the names of rows has nothing in it, and is no heading.
  th_open: (tokens, index) => (tokens[index + 1]?.content ? '<th scope="col">' : '<td>'),
  th_close: (tokens, index) => (tokens[index - 1]?.content ? '</th>' : '</td>'),
  link_open: (tokens, index, options, _env, self) => {
    if (tokens[index]) pointAtPage(tokens[index]);
    return self.renderToken(tokens, index, options);
  },
  // A browser makes a space of the end of a line.
  softbreak: (tokens, index) => spaceBetween(tokens[index - 1]?.content, tokens[index + 1]?.content) && '\n',
};
Object.assign(MARKDOWN.renderer.rules, RULES);

/** Markdown proper as blocks. */
export function markdownHtml(text: string, words: Words): Html {
  return new Html(MARKDOWN.render(text, words));
}

/** A line of Markdown, without a paragraph around it. */
export function inlineHtml(text: string): Html {
  return new Html(MARKDOWN.renderInline(text, wordsIn('en')));
}

/** A long path in a narrow column is broken behind its slashes, and not within a name. */
function breakable(path: string): string {
  return path.length > 16 ? path.replace(/(?<=.)\/(?=\S)/g, '/<wbr>') : path;
}

/** Lessons name each other by file: `[cgroups](03-cgroups.md#join)`. The pages have the same names. */
function pointAtPage(link: Token): void {
  const href = link.attrGet('href') ?? '';
  if (/^https?:/.test(href)) link.attrSet('rel', 'noreferrer');
  else link.attrSet('href', href.replace(/^([\w-]+)\.md(?=#|$)/, '$1.html'));
}
