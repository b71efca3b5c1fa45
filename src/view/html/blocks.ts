import type { Block, Callout, Diagram, Hint, Transcript } from '../../lesson/blocks.js';
import type { Words } from '../words/index.js';
import { diagramSvg } from './diagram/index.js';
import { legendHtml } from './events/items.js';
import { type Html, html } from './html.js';
import { markdownHtml } from './markdown.js';
import { predictHtml } from './predict.js';
import type { Recorded } from './recorded.js';

/** What the blocks of a lesson need to know to be shown. */
export interface BlockSetting {
  readonly words: Words;
  readonly recorded: Recorded;
}

/** The blocks of a section, in their order. The presenter's notes are not for readers. */
export function blocksHtml(blocks: readonly Block[], setting: BlockSetting): Html[] {
  return blocks.map((block, index) => {
    if (block.type === 'hint')
      return blocks[index - 1]?.type === 'hint' ? html`` : hintsHtml(hintsFrom(blocks, index), setting);
    return blockHtml(block, setting);
  });
}

function blockHtml(block: Exclude<Block, Hint>, setting: BlockSetting): Html {
  switch (block.type) {
    case 'prose':
      return markdownHtml(block.text, setting.words);
    case 'predict':
      return predictHtml(block, setting.words);
    case 'callout':
      return calloutHtml(block, setting.words);
    case 'diagram':
      return diagramHtml(block);
    case 'transcript':
      return transcriptHtml(block, setting);
    case 'notes':
      return html``;
  }
}

/** The hints that follow each other from here on. */
function hintsFrom(blocks: readonly Block[], start: number): Hint[] {
  const end = blocks.findIndex((block, index) => index > start && block.type !== 'hint');
  return blocks.slice(start, end === -1 ? undefined : end).filter((block) => block.type === 'hint');
}

/** Each stage opens inside the one before it. */
function hintsHtml([first, ...more]: readonly Hint[], setting: BlockSetting): Html {
  if (first === undefined) return html``;
  return html`<details class="hint" data-stage="${first.stage}"><summary>${setting.words.reader.hint(first.stage)}</summary>${markdownHtml(first.text, setting.words)}${hintsHtml(more, setting)}</details>`;
}

function calloutHtml({ kind, text }: Callout, words: Words): Html {
  return html`<aside class="callout ${kind}"><p class="kind">${words.reader[kind]}</p>${markdownHtml(text, words)}</aside>`;
}

function diagramHtml({ title, text }: Diagram): Html {
  return html`<figure class="diagram"><div class="drawing" role="group" tabindex="0" aria-label="${title}">${diagramSvg(text, title)}</div><figcaption>${title}</figcaption></figure>`;
}

function transcriptHtml({ step, skip }: Transcript, { words, recorded }: BlockSetting): Html {
  const run = recorded(step, skip);
  const legend = run.text.includes('class="call new"') && legendHtml(words);
  return html`<figure class="transcript"><figcaption>${words.page.transcript(step, skip)} ${legend}</figcaption>${run}</figure>`;
}
