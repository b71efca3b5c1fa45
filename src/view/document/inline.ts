import type { Token } from 'markdown-it/dist/markdown-it.min.js';
import { spaceBetween } from '../../lesson/paragraph.js';

/** A piece of a paragraph and how it is meant. `href` may be relative: `02-rootfs.md`, `#join`. */
export interface Inline {
  text: string;
  code?: true;
  strong?: true;
  emphasis?: true;
  href?: string;
}

type Style = Omit<Inline, 'text'>;

/** The pieces of a paragraph on one line; a line break that was asked for is a piece `\n`. */
export function inlinesOf(tokens: readonly Token[]): Inline[] {
  const open: Style[] = [];
  const pieces: Inline[] = [];
  for (const [index, token] of tokens.entries()) {
    if (token.nesting === 1) open.push(styleOf(token));
    else if (token.nesting === -1) open.pop();
    else
      pieces.push(
        ...leaf(token, Object.assign({}, ...open), spaceBetween(pieces.at(-1)?.text, tokens[index + 1]?.content)),
      );
  }
  return pieces.filter(({ text }) => text !== '');
}

function styleOf(token: Token): Style {
  if (token.type === 'strong_open') return { strong: true };
  if (token.type === 'em_open') return { emphasis: true };
  const href = token.type === 'link_open' ? token.attrGet('href') : null;
  return href === null ? {} : { href };
}

/** `space`: what stands for a line that ends here. HTML is left out. */
function leaf(token: Token, style: Style, space: string): Inline[] {
  if (token.type === 'softbreak') return [{ ...style, text: space }];
  if (token.type === 'hardbreak') return [{ text: '\n' }];
  if (token.type === 'code_inline') return [{ ...style, text: token.content, code: true }];
  if (token.type === 'image') return [{ ...style, text: token.content }];
  return token.type === 'html_inline' ? [] : [{ ...style, text: token.content }];
}
