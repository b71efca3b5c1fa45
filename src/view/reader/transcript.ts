import type { Transcript } from '../../lesson/blocks.js';
import type { Item } from '../run/items.js';
import { itemsInTurn } from '../terminal/index.js';
import { wrap } from '../text/wrap.js';
import type { Page } from './page.js';
import { formatMarkdown } from './prose.js';

/** What a recorded run told in the step, as the lab itself shows it, between two lines; else how to see it. */
export function formatTranscript(transcript: Transcript, lab: string, page: Page): string[] {
  const command = labCommand(lab, transcript);
  const items = page.itemsOf(transcript);
  if (items === undefined) return formatMarkdown(page.words.reader.notRecorded(command), page);
  const linesOf = itemsInTurn();
  const caption = wrap(
    [{ text: page.words.reader.recorded(command, transcript.step), paint: page.paint.dim }],
    page.width,
  );
  const rule = page.paint.dim((page.unicode ? '┄' : '-').repeat(page.width));
  return [...caption, rule, ...items.flatMap((item) => linesOf(item, page)), rule];
}

/** `tslab 02-rootfs --skip umount-old-root`. */
export function labCommand(lab: string, { skip }: Transcript): string {
  return `tslab ${lab}${skip === undefined ? '' : ` --skip ${skip}`}`;
}

/** Of all items of a run those that a step told; its own header is left out, which the section is. */
export function itemsOfStep(items: readonly Item[], step: string): Item[] {
  const start = items.findIndex((item) => item.type === 'step' && item.id === step);
  if (start === -1) return [];
  const rest = items.slice(start + 1);
  const end = rest.findIndex((item) => item.type === 'step' || item.type === 'end' || item.type === 'over');
  return end === -1 ? rest : rest.slice(0, end);
}
