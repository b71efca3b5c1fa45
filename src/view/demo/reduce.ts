import type { StepComparison } from '../experiment/compare.js';
import type { Beside } from '../experiment/runs.js';
import type { NumberedStep } from '../run/items.js';
import { goOn, passBy, stopAtBreak } from './move.js';
import { pressKey } from './press-key.js';
import type { Demo, Extent } from './state.js';

/** What happens to a demo. `extent` is that of the page on the screen. */
export type Input =
  | { readonly type: 'item'; readonly item: Beside }
  | { readonly type: 'key'; readonly key: string; readonly extent: Extent }
  | { readonly type: 'tick'; readonly extent: Extent }
  | { readonly type: 'signal' };

/** The demo after it. */
export function reduce(demo: Demo, input: Input): Demo {
  return passBy(change(demo, input));
}

function change(demo: Demo, input: Input): Demo {
  if (input.type === 'item') return hear(demo, input.item);
  if (input.type === 'key') return pressKey(demo, input.key, input.extent);
  if (input.type === 'tick') return goOn({ ...demo, notice: undefined }, input.extent);
  return { ...demo, leaving: 'interrupt' };
}

/** What the lab tells belongs to its last step, but for the end of processes: where they live, a step has shown all. */
function hear(demo: Demo, item: Beside): Demo {
  if (item.type === 'lab') return { ...demo, started: item };
  if (item.type === 'step') return meetStep(demo, item);
  if (item.type === 'end') return { ...demo, end: item };
  if (item.type === 'over') return endLab(demo);
  if (item.type === 'outcome') return demo;
  if (item.type === 'compared') return compare(demo, item.comparison);
  const last = demo.told.at(-1);
  if (!last || last.held || (item.type === 'hold' && !item.over)) return demo;
  const told = item.type === 'hold' ? { ...last, held: item } : { ...last, items: [...last.items, item] };
  const lab = item.type === 'hold' && demo.until === undefined ? 'holding' : demo.lab;
  return { ...demo, lab, told: [...demo.told.slice(0, -1), told] };
}

/** A step that the lab has not come to has no page. */
function compare(demo: Demo, compared: StepComparison): Demo {
  const last = demo.told.at(-1);
  if (last?.step.id !== compared.step.id) return demo;
  return { ...demo, told: [...demo.told.slice(0, -1), { ...last, compared }] };
}

/** The lab stands still at a step, unless somebody is on the way to a later one. */
function meetStep(demo: Demo, step: NumberedStep): Demo {
  const told = [...demo.told, { step, items: [] }];
  if (demo.until === step.id)
    return stopAtBreak({ ...demo, told, lab: 'standing', until: undefined, page: 2 * told.length - 1, scroll: 0 });
  if (demo.until !== undefined) return { ...demo, told, page: 2 * told.length, scroll: 0 };
  return { ...demo, told, lab: 'standing', notice: undefined };
}

/** Whoever was on the way to a step that has not come is shown why; who has left the last step of a part of a talk gets to the next part. */
function endLab(demo: Demo): Demo {
  const over = { ...demo, lab: 'over', until: undefined, notice: undefined } as const;
  if (demo.goesOn && !demo.end && demo.told.at(-1)?.held) return { ...over, leaving: 'next' };
  return demo.until === undefined ? over : { ...over, page: 2 * demo.told.length + 1, scroll: 0 };
}
