import type { Block } from '../../lesson/blocks.js';
import { type BlockSetting, blocksHtml } from './blocks.js';
import { type Html, html } from './html.js';

/** What stands around the blocks of a section. */
export interface Around {
  /** The place of a run from the page: where its button is. */
  readonly live: Html | undefined;
  readonly end: readonly (Html | undefined)[];
}

/**
 * The blocks of a section. Behind its question everything is folded, what a run tells first of all: it would give the answer away. The
 * script opens it when the reader has answered; without the script the reader does.
 */
export function foldedHtml(blocks: readonly Block[], { live, end }: Around, setting: BlockSetting): Html {
  const question = blocks.findIndex(({ type }) => type === 'predict');
  if (question === -1) return html`${live}${blocksHtml(blocks, setting)}${end}`;
  const before = blocksHtml(blocks.slice(0, question + 1), setting);
  const behind = html`${live}${blocksHtml(blocks.slice(question + 1), setting)}${end}`;
  return html`${before}<details class="behind"><summary>${setting.words.page.showBehind}</summary>${behind}</details>`;
}
