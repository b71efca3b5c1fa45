import { loadRun } from '../../../lab/recording.js';
import type { Transcript } from '../../../lesson/blocks.js';
import type { Lesson } from '../../../lesson/lesson.js';
import { itemsOfStep } from '../../../view/document/lesson.js';
import type { Item } from '../../../view/run/items.js';

/** What the recorded runs tell that these parts of a lesson show; each run is arranged once, and only if it is shown. */
export async function loadTranscripts(
  lab: string,
  { opening, sections }: Pick<Lesson, 'opening' | 'sections'>,
): Promise<(transcript: Transcript) => Item[] | undefined> {
  const blocks = [...opening, ...sections.flatMap((section) => section.blocks)];
  const runs = new Map<string | undefined, Item[] | undefined>();
  for (const { skip } of blocks.filter((block) => block.type === 'transcript')) {
    if (!runs.has(skip)) runs.set(skip, await arrangeRun(lab, skip));
  }
  return ({ step, skip }) => {
    const items = runs.get(skip);
    return items && itemsOfStep(items, step);
  };
}

async function arrangeRun(lab: string, skip: string | undefined): Promise<Item[] | undefined> {
  const events = loadRun(lab, skip);
  if (events === undefined) return undefined;
  const { arrange } = await import('../../../view/run/index.js');
  const items: Item[] = [];
  for await (const item of arrange(events)) items.push(item);
  return items;
}
