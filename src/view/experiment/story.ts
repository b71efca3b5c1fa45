import type { Check, LabEvent } from '../../lab/events.js';
import { arrange } from '../run/index.js';
import type { CallRow, Item, NumberedStep, Observed, OutputLines, Summary } from '../run/items.js';

/** A step of a run, by kinds. */
export interface Part {
  readonly step: NumberedStep;
  readonly calls: CallRow[];
  readonly observed: Observed[];
  readonly output: OutputLines[];
  readonly checks: Check[];
}

/** A run, by steps. */
export interface Story {
  readonly parts: readonly Part[];
  readonly end: Summary;
}

/** What a lab told, by steps; throws what the lab threw. */
export async function storyOf(events: readonly LabEvent[]): Promise<Story> {
  const parts: Part[] = [];
  let end: Summary | undefined;
  for await (const item of arrange(inTurn(events))) {
    if (item.type === 'step') parts.push(beginPart(item));
    else if (item.type === 'end') end = item;
    else sort(item, parts.at(-1));
  }
  if (!end) throw new TypeError('a run without an end');
  return { parts, end };
}

async function* inTurn(events: readonly LabEvent[]): AsyncGenerator<LabEvent, void> {
  yield* events;
}

export function beginPart(step: NumberedStep): Part {
  return { step, calls: [], observed: [], output: [], checks: [] };
}

/** Puts an item of a step where it belongs. */
export function sort(item: Item, part: Part | undefined): void {
  if (item.type === 'syscall') part?.calls.push(item);
  if (item.type === 'folded') part?.calls.push(...item.repeated);
  if (item.type === 'observe') part?.observed.push(item);
  if (item.type === 'change') part?.observed.push(item.after);
  if (item.type === 'check') part?.checks.push(item);
  if (item.type === 'output') addOutput(item, part?.output ?? []);
}

/** All that one command printed is one. */
function addOutput(item: OutputLines, output: OutputLines[]): void {
  const last = output.at(-1);
  if (item.continued && last?.stream === item.stream) output.splice(-1, 1, { ...last, text: last.text + item.text });
  else output.push(item);
}
