import { type Formatters, formatBy } from '../formatters.js';
import type { Item } from '../run/items.js';
import { textView, type View } from '../view.js';
import { formatFolded, formatSyscall } from './calls.js';
import { formatCheck } from './checks.js';
import { formatMeasure } from './measures.js';
import { formatChange, formatObservation } from './observations.js';
import { formatOutput } from './output.js';
import { type Screen, screenOf } from './screen.js';
import { formatLab, formatStep } from './steps.js';
import { formatEnd } from './summary.js';

/** How each kind of item looks. */
const FORMATTERS: Formatters<Item, Screen, string[]> = {
  lab: formatLab,
  step: formatStep,
  observe: formatObservation,
  change: formatChange,
  syscall: formatSyscall,
  folded: formatFolded,
  output: formatOutput,
  measure: formatMeasure,
  check: formatCheck,
  end: formatEnd,
  hold: () => [],
  over: () => [],
};

/** Shows a lab to a person at a terminal. */
export const renderTerminal: View = textView((sink) => {
  const linesOf = itemsInTurn();
  return (item) => linesOf(item, screenOf(sink));
});

/** Gives the lines for one item after the other, with an empty one where it separates what does not belong together. */
export function itemsInTurn(): (item: Item, screen: Screen) => string[] {
  let last: Item['type'] | undefined;
  return (item, screen) => {
    const lines = formatItem(item, screen);
    const gap = last !== undefined && lines.length > 0 && needsGap(last, item.type);
    last = item.type;
    return gap ? ['', ...lines] : lines;
  };
}

/** The lines for one item, none wider than the screen. */
export function formatItem(item: Item, screen: Screen): string[] {
  return formatBy(FORMATTERS, item, screen);
}

/** Rows of the same kind stand together; what takes several lines stands alone. */
function needsGap(last: Item['type'], next: Item['type']): boolean {
  const kinds = [last, next].map((type) => (type === 'folded' ? 'syscall' : type));
  return kinds[0] !== kinds[1] || next === 'change' || next === 'observe';
}
