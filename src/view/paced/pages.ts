import { formatItems, isChange, isCheck } from '../demo/pages.js';
import { asks, type Demo, type Page, type StepPage } from '../demo/state.js';
import type { Summary } from '../run/items.js';
import { paragraph } from '../terminal/screen.js';
import { formatStep, formatTitle } from '../terminal/steps.js';
import { formatEnd } from '../terminal/summary.js';
import { stack } from '../text/lines.js';
import { wrap } from '../text/wrap.js';
import { afterwards } from './afterwards.js';
import { questionLines, verdictOf } from './question.js';
import type { PacedScreen } from './screen.js';
import { oncePerStep, shorten } from './shorten.js';
import { foldTrace, formatTrace } from './trace.js';

/** The lines of a page among those before it on the ordinary screen, none wider than the screen. */
export function pacedLines(demo: Demo, page: Page, screen: PacedScreen): string[] {
  if (page.kind === 'title') return titleLines(demo, screen);
  if (page.kind === 'end') return endLines(demo, page.end, screen);
  if (page.kind === 'after') return afterLines(demo, page, screen);
  return asks(page) ? ['', ...headingLines(page, screen), ...questionLines(page.step.predict, screen)] : [];
}

function titleLines({ script, started }: Demo, screen: PacedScreen): string[] {
  const length = wrap([{ text: screen.words.demo.length(script.steps.length, script.minutes) }], screen.width);
  return [...(started ? formatTitle(started, screen) : []), ...length];
}

function endLines(demo: Demo, end: Summary, screen: PacedScreen): string[] {
  return ['', ...formatEnd(end, screen), ...afterwards(demo, end, screen).flatMap((text) => paragraph(text, screen))];
}

function headingLines({ told, number, step: { title } }: StepPage, screen: PacedScreen): string[] {
  const { prose: _, ...step } = told.step;
  return formatStep({ ...step, title, number }, screen);
}

/** How close together lines stand: blank ones between the parts, and between the items of a part; outputs as they are; the calls in short. */
interface Density {
  readonly between: boolean;
  readonly within: boolean;
  readonly whole: boolean;
  readonly calls: boolean;
}

/** What is taken where nothing fits. */
const CLOSEST: Density = { between: false, within: false, whole: false, calls: true };

/** From roomy to close; the first one that fits on the screen is taken. The calls, which a key shows, are no reason for another stop. */
const DENSITIES: readonly Density[] = [
  { between: true, within: true, whole: true, calls: true },
  { between: true, within: false, whole: true, calls: true },
  { between: false, within: false, whole: true, calls: true },
  { between: true, within: false, whole: false, calls: true },
  CLOSEST,
  { ...CLOSEST, calls: false },
];

function afterLines(demo: Demo, page: StepPage, screen: PacedScreen): string[] {
  const lines = denselyLines(demo, page, screen);
  const { items, step } = page.told;
  return demo.traced.includes(step.id) ? [...lines, '', ...formatTrace(items, screen)] : lines;
}

function denselyLines(demo: Demo, page: StepPage, screen: PacedScreen): string[] {
  for (const density of DENSITIES) {
    const lines = resultLines(demo, page, density, screen);
    if (lines.length <= screen.rows + 1) return lines;
  }
  return resultLines(demo, page, CLOSEST, screen);
}

/** The answer, what the lesson says, what has changed, what was checked, and the calls that it took. */
function resultLines(demo: Demo, page: StepPage, density: Density, screen: PacedScreen): string[] {
  const { whole, between } = density;
  const told = oncePerStep(page.told.items);
  const items = whole ? told : shorten(told, screen);
  const changes = formatItems(items.filter(isChange), screen);
  const parts = [
    introLines(demo, page, screen),
    density.within ? changes : changes.filter((line) => line !== ''),
    formatItems(items.filter(isCheck), screen),
    density.calls ? foldTrace(items, screen) : [],
  ];
  return ['', ...(between ? stack(parts) : parts.flat())];
}

/** The answer where something was asked, else the heading; below it what the lesson says, but for what was left out. */
function introLines(demo: Demo, page: StepPage, screen: PacedScreen): string[] {
  const { told, step } = page;
  if (told.step.skipped || told.step.impossible) return headingLines(page, screen);
  if (!step.predict) return [...headingLines(page, screen), ...paragraph(step.narration, screen)];
  const said = [verdictOf(demo, page, screen), step.narration, step.predict.why];
  return said.flatMap((text) => paragraph(text, screen));
}
