import type { LabEvent } from '../../lab/events.js';
import { HOST_STEP } from '../../lab/host-step.js';
import { arrange } from '../run/index.js';
import type { Item, Items, Summary } from '../run/items.js';
import { compareParts, type StepComparison } from './compare.js';
import type { Pair } from './pairs.js';
import { beginPart, type Part, type Story, sort, storyOf } from './story.js';

/** How a run of a lab with a call and one without it have ended. */
export interface Outcome {
  readonly with: Summary;
  readonly without: Summary;
  /** How many steps come out the same. */
  readonly same: number;
}

/** The two runs. */
export interface Comparison extends Outcome {
  /** The steps in which they differ. */
  readonly steps: readonly StepComparison[];
}

/** What a run without some calls tells beside one with them: what differs in a step, behind all of that step; the outcome, at the end. */
export type Beside =
  | Item
  | { readonly type: 'compared'; readonly comparison: StepComparison }
  | ({ readonly type: 'outcome' } & Outcome);

/** Compares two runs of one lab that are over, the second of which leaves calls out. */
export async function compareRuns(withIt: readonly LabEvent[], without: readonly LabEvent[]): Promise<Comparison> {
  const steps: StepComparison[] = [];
  for await (const told of compareAlong(await storyOf(withIt), arrange(without))) {
    if (told.type === 'compared') steps.push(told.comparison);
    if (told.type === 'outcome') return { ...told, steps };
  }
  throw new TypeError('a run without an end');
}

/** Compares a run without some calls, while it goes on, with one that is over; the steps that it has not come to stand at its end. */
export async function* compareAlong({ parts, end }: Story, items: Items): AsyncGenerator<Beside, void> {
  const left = new Map(parts.map((part) => [part.step.id, part]));
  let part: Part | undefined;
  let same = 0;
  function* compared(pair: Pair<Part>): Generator<Beside, void> {
    const comparison = compareParts(pair);
    if (comparison) yield { type: 'compared', comparison };
    else same++;
  }
  for await (const item of items) {
    if (part && isBehind(item)) {
      yield* compared({ ...take(left, part.step.id), without: part });
      part = undefined;
    }
    if (item.type === 'step') part = beginPart(item);
    else sort(item, part);
    yield item;
    if (item.type !== 'end') continue;
    for (const one of left.values()) yield* compared({ with: one });
    yield { type: 'outcome', with: end, without: item, same };
  }
}

/** What a run has told of the host as it is afterwards, and of its end. */
export function endOf(events: readonly LabEvent[]): LabEvent[] {
  const host = events.findIndex((event) => event.type === 'step' && event.id === HOST_STEP);
  return host < 0 ? events.filter(({ type }) => type === 'end') : events.slice(host);
}

/** Whether all of a step has been told. */
function isBehind(item: Item): boolean {
  return item.type === 'step' || item.type === 'end' || (item.type === 'hold' && item.over === true);
}

/** The part of the run with the calls, which then is left no more; nothing where that has no such step. */
function take(left: Map<string, Part>, step: string): Pair<Part> {
  const part = left.get(step);
  left.delete(step);
  return part ? { with: part } : {};
}
