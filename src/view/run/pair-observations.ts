import type { Item, Items, Observed } from './items.js';

/** What was observed before, until the same is observed after. */
interface Held {
  readonly observation: Observed;
  /** Shown alone, since the story went on without its `after`. */
  readonly shown: boolean;
}

/**
 * Holds what was observed before, so that it stands beside what is observed after. Where there is no `after` by the step's
 * first check, it is shown then: a check is what a reader needs it for.
 */
export async function* pairObservations(items: Items): Items {
  const held = new Map<string, Held>();
  const shown = new Map<string, string | null>();
  for await (const item of items) {
    if (endsStep(item) || item.type === 'check') yield* showHeld(held);
    if (endsStep(item)) held.clear();
    const items = item.type !== 'observe' || item.when === 'during' ? [item] : pair(item, held);
    for (const one of items) yield withKnown(one, shown);
  }
}

/** Marks a comparison of what stays as it was and as it was shown last, in whatever step. */
function withKnown(item: Item, shown: Map<string, string | null>): Item {
  if (item.type !== 'observe' && item.type !== 'change') return item;
  const { before, after } = item.type === 'change' ? item : { before: item, after: item };
  const isKnown = item.type === 'change' && before.value === after.value && shown.get(keyOf(after)) === after.value;
  shown.set(keyOf(after), after.value);
  return isKnown ? { ...item, isKnown } : item;
}

function keyOf({ from, path }: Observed): string {
  return `${from} ${path}`;
}

function endsStep(item: Item): boolean {
  return ['step', 'end', 'over'].includes(item.type) || (item.type === 'hold' && item.over === true);
}

function* showHeld(held: Map<string, Held>): Generator<Observed> {
  for (const [key, { observation, shown }] of held) {
    if (!shown) yield observation;
    held.set(key, { observation, shown: true });
  }
}

function pair(observation: Observed, held: Map<string, Held>): Item[] {
  const key = keyOf(observation);
  const earlier = held.get(key);
  held.delete(key);
  if (observation.when === 'after')
    return [earlier ? { type: 'change', before: earlier.observation, after: observation } : observation];
  held.set(key, { observation, shown: false });
  return earlier && !earlier.shown ? [earlier.observation] : [];
}
