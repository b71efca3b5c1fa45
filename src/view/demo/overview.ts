import { padToWidth } from '../text/width.js';
import { wrap } from '../text/wrap.js';
import { smallHeading } from './heading.js';
import type { Layout } from './layout.js';
import { type Demo, lastPage, pageBefore } from './state.js';
import { clock } from './time/clock.js';

/** Columns left of a title, and of the time at the right where there is room for both: `1:04:05`. */
const MARGIN = 6;
const TIME = 8;
const ROOMY = 40;

/** The steps with their numbers: which is on the screen, how those that were run went, and how long after the beginning they came. */
export function stepList(demo: Demo, layout: Layout): string[] {
  const { screen, words } = layout;
  const time = screen.width < ROOMY ? 0 : TIME;
  const room = screen.width - MARGIN - time;
  const steps = demo.script.steps.flatMap(({ id, title }, index) => {
    const isHere = isOnScreen(demo, id);
    const [first = '', ...rest] = wrap([{ text: title, ...(isHere && { paint: screen.paint.bold }) }], room);
    const here = isHere ? screen.paint.bold(screen.symbols.isNew) : ' ';
    const number = String(index + 1).padStart(2);
    const at = time === 0 ? '' : timeOf(demo, id);
    const line = `${here}${markOf(demo, id, layout)}${number}  ${padToWidth(first, room)}${at}`;
    return [line.trimEnd(), ...rest.map((text) => ' '.repeat(MARGIN) + text)];
  });
  return [...smallHeading('', words.choose, layout), '', ...steps];
}

function isOnScreen(demo: Demo, id: string): boolean {
  const page = pageBefore(demo, id);
  return page !== undefined && (demo.page === page || demo.page === page + 1);
}

/** Nothing for a step that is still to be run. */
function markOf(demo: Demo, id: string, { screen: { paint, symbols } }: Layout): string {
  const page = pageBefore(demo, id);
  if (page === undefined || page >= lastPage(demo)) return ' ';
  const told = demo.told.find(({ step }) => step.id === id);
  if (told?.step.skipped || told?.step.impossible) return symbols.skipped;
  const isBroken = told?.items.some((item) => item.type === 'check' && !item.held);
  return isBroken ? paint.red.bold(symbols.broken) : symbols.held;
}

function timeOf({ seenAt }: Demo, id: string): string {
  const [began, at] = [seenAt[''], seenAt[id]];
  return began === undefined || at === undefined ? '' : clock(at - began).padStart(TIME);
}
