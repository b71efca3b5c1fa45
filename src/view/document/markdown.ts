// The bundle in one file, half as long to load as the modules of the package.
import MarkdownIt, { type Token } from 'markdown-it/dist/markdown-it.min.js';
import { type Inline, inlinesOf } from './inline.js';
import type { Code, Node, Table } from './nodes.js';

// With HTML, so that comments are recognised and can be left out. What CommonMark does not have takes a third of the time.
const markdown = new MarkdownIt('commonmark').enable('table');

/** The blocks of a text in Markdown, without its comments. */
export function parseMarkdown(text: string): Node[] {
  return nodesOf(markdown.parse(text, {}));
}

/** The pieces of a title, or of anything else that is no block. */
export function parseInlines(text: string): Inline[] {
  return textOf(markdown.parseInline(text, {}));
}

function nodesOf(tokens: readonly Token[]): Node[] {
  return groups(tokens).flatMap(nodeOf);
}

/** Each group is a token that stands alone, or one that opens, what is inside, and the one that closes. */
function groups(tokens: readonly Token[]): Token[][] {
  const found: Token[][] = [];
  let depth = 0;
  for (const token of tokens) {
    if (depth === 0) found.push([]);
    found.at(-1)?.push(token);
    depth += token.nesting;
  }
  return found;
}

function nodeOf(group: Token[]): Node[] {
  const [first] = group;
  const inner = group.slice(1, -1);
  switch (first?.type) {
    case 'paragraph_open':
      return [{ type: 'paragraph', inlines: textOf(inner) }];
    case 'heading_open':
      return [{ type: 'heading', inlines: textOf(inner) }];
    case 'bullet_list_open':
      return [{ type: 'list', items: itemsOf(inner) }];
    case 'ordered_list_open':
      return [{ type: 'list', start: Number(first.attrGet('start') ?? 1), items: itemsOf(inner) }];
    case 'table_open':
      return [tableOf(inner)];
    case 'fence':
    case 'code_block':
      return [codeOf(first)];
    case 'blockquote_open':
      return [{ type: 'quote', nodes: nodesOf(inner) }];
    case 'hr':
      return [{ type: 'rule' }];
    default:
      return [];
  }
}

function textOf(tokens: readonly Token[]): Inline[] {
  return tokens.flatMap((token) => inlinesOf(token.children ?? []));
}

function itemsOf(inner: readonly Token[]): Node[][] {
  return groups(inner).map((item) => nodesOf(item.slice(1, -1)));
}

function tableOf(inner: readonly Token[]): Table {
  const rows = groups(inner).flatMap((part) => groups(part.slice(1, -1)));
  const [head = [], ...body] = rows.map((row) => groups(row.slice(1, -1)).map(textOf));
  return { type: 'table', head, rows: body };
}

function codeOf({ info, content }: Token): Code {
  const [language = ''] = info.trim().split(/\s+/);
  const source = /\bsource=(\S+)/.exec(info)?.[1];
  return { type: 'code', language, ...(source && { source }), text: content.replace(/\n$/, '') };
}
