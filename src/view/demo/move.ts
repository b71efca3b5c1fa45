import { asks, type Demo, type Extent, isAboutToRun, lastPage, pageBefore, pageOf } from './state.js';

/** Onward: the rest of a long page, the next page, or the step itself. */
export function goOn(demo: Demo, extent: Extent): Demo {
  if (linesBelow(demo, extent) > 0) return scrollBy(demo, screenful(extent), extent);
  if (demo.page < lastPage(demo)) return stopAtBreak(turnTo(demo, demo.page + 1));
  if (demo.lab === 'standing') return turnTo({ ...demo, lab: 'running' }, demo.page + 1);
  if (demo.lab === 'holding') return letGo(demo);
  if (demo.lab === 'running') return { ...demo, notice: 'running' };
  if (demo.goesOn) return { ...demo, leaving: 'next' };
  return demo.auto?.leaves ? { ...demo, leaving: 'quit' } : { ...demo, notice: 'end' };
}

/** The processes of the step end, and the next one comes. */
function letGo(demo: Demo): Demo {
  const { steps } = demo.script;
  const index = steps.findIndex(({ id }) => id === demo.told.at(-1)?.step.id);
  return { ...demo, lab: 'running', until: steps[index + 1]?.id };
}

/** Among lines, what neither asks anything nor tells what came of a step is no place to stop. */
export function passBy(demo: Demo): Demo {
  if (demo.dress !== 'lines' || demo.leaving) return demo;
  const page = pageOf(demo);
  if (page.kind === 'end' || isCutOff(demo)) return { ...demo, leaving: 'quit' };
  if (page.kind === 'after' || asks(page)) return demo;
  if (isAboutToRun(demo) && page.kind === 'before') return turnTo({ ...demo, lab: 'running' }, demo.page + 1);
  return demo.page < lastPage(demo) ? passBy(turnTo(demo, demo.page + 1)) : demo;
}

/** Nobody reads what the lab tells any more. */
function isCutOff({ lab, end }: Demo): boolean {
  return lab === 'over' && end === undefined;
}

/** To the whole screen and back, without a step in between. */
export function changeDress(demo: Demo): Demo {
  if (demo.dress === 'lines') return { ...demo, dress: 'screen', linesAt: demo.page, scroll: 0 };
  if (demo.linesAt === undefined) return demo;
  const page = Math.max(demo.page, demo.linesAt);
  return { ...demo, dress: 'lines', linesAt: undefined, page, scroll: Number.POSITIVE_INFINITY };
}

/** Backward: the part above of a long page, or the page before, as it was; nothing is run again. */
export function goBack(demo: Demo, extent: Extent): Demo {
  if (demo.scroll > 0) return scrollBy(demo, -screenful(extent), extent);
  return turnTo(demo, Math.max(demo.page - 1, 0));
}

/** To a step, by its number from 1; what lies between is run. 0 is the title. */
export function goTo(demo: Demo, number: number): Demo {
  const id = demo.script.steps[number - 1]?.id;
  const known = number === 0 ? 0 : pageBefore(demo, id);
  if (known !== undefined) return turnTo(demo, known);
  if (id === undefined) return { ...demo, notice: 'no such step' };
  if (demo.lab === 'running' || demo.lab === 'over')
    return { ...demo, notice: demo.lab === 'running' ? 'running' : 'not reached' };
  const page = demo.lab === 'standing' ? lastPage(demo) + 1 : lastPage(demo);
  return turnTo({ ...demo, lab: 'running', until: id }, page);
}

/** The page, so many lines further down; never beyond its end. */
export function scrollBy(demo: Demo, lines: number, { lines: all, rows }: Extent): Demo {
  const lowest = Math.max(all - rows, 0);
  return { ...demo, scroll: Math.min(Math.max(demo.scroll + lines, 0), lowest) };
}

function turnTo(demo: Demo, page: number): Demo {
  return { ...demo, page, scroll: 0 };
}

/** `--break`: no further by itself. */
export function stopAtBreak(demo: Demo): Demo {
  const page = pageOf(demo);
  const { auto } = demo;
  if (!auto?.going || page.kind !== 'before' || !auto.breaks.includes(page.step.id)) return demo;
  return { ...demo, auto: { ...auto, going: false }, notice: 'break point' };
}

function linesBelow({ scroll }: Demo, { lines, rows }: Extent): number {
  return lines - rows - scroll;
}

/** One line less than the screen has, so that the eye finds its place again. */
function screenful({ rows }: Extent): number {
  return Math.max(rows - 1, 1);
}
