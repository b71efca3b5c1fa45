import type { StepStarted } from '../../lab/events.js';
import type { Item } from '../run/items.js';
import { leftOut } from '../run/sentences.js';
import { formatItem } from '../terminal/index.js';
import { withMargin } from '../terminal/screen.js';
import { wrap } from '../text/wrap.js';
import { sectionRule, smallHeading } from './heading.js';
import type { Layout } from './layout.js';
import { prose } from './prose.js';
import { formatAnswer } from './question.js';
import type { Demo, StepPage } from './state.js';

/** What has happened: the answer, what changed, the checks; last the calls with their results, which the room has seen before they ran. */
export function afterPage(demo: Demo, page: StepPage, layout: Layout): string[] {
  const { step, told, number } = page;
  const { words } = layout;
  const parts = [
    leftOutLines(told.step, layout),
    answerLines(demo, page, layout),
    section(words.change, told.items.filter(isChange), layout),
    section(words.checks, told.items.filter(isCheck), layout),
    section(words.calls, told.items.filter(isCall), layout),
  ].filter((lines) => lines.length > 0);
  const isEmpty = parts.length === 0 && !isRunning(demo, page);
  const body = isEmpty ? wrap([{ text: words.nothing }], layout.measure) : parts.flatMap(withGap);
  return [...smallHeading(String(number), step.title, layout), '', ...body];
}

/** Whether the lab is at work on this very step. */
export function isRunning({ lab, told }: Demo, page: StepPage): boolean {
  return lab === 'running' && told.at(-1) === page.told;
}

/** Why a step is left out, if it is. */
export function leftOutLines(step: StepStarted, { screen }: Layout): string[] {
  const why = leftOut(step, screen.words);
  const mark = screen.paint.bold(screen.symbols.skipped);
  return why ? withMargin(mark, wrap([{ text: why, paint: screen.paint.bold }], screen.width - 2)) : [];
}

/** Once the kernel has answered: the answer, and what was held back until now, since it would have told. */
function answerLines(demo: Demo, page: StepPage, layout: Layout): string[] {
  const { step, told } = page;
  const { predict } = step;
  const isMade = told.items.some((item) => item.type === 'check' && item.name === predict?.check);
  if (!predict || told.step.impossible || (isRunning(demo, page) && !isMade)) return [];
  const { measure, screen } = layout;
  const answer = formatAnswer(predict, { items: told.items, vote: demo.votes[step.id] }, layout);
  const why = told.step.skipped ? '' : [step.narration, predict.why].filter((text) => text !== '').join('\n\n');
  return why === '' ? answer : [...answer, '', ...prose(why, measure, screen)];
}

function isChange({ type }: Item): boolean {
  return type === 'observe' || type === 'change' || type === 'output' || type === 'measure';
}

/** What only tidies up is nothing for a room. */
function isCall(item: Item): boolean {
  return item.type === 'syscall' || (item.type === 'folded' && item.repeated.length > 0);
}

function isCheck({ type }: Item): boolean {
  return type === 'check';
}

/** A rule with a heading, and the items as they look wherever a lab is shown. */
function section(heading: string, items: readonly Item[], layout: Layout): string[] {
  if (items.length === 0) return [];
  const lines = items.flatMap((item, index) => {
    const own = formatItem(item, layout.screen);
    return belongTogether(items[index - 1], item) ? own : ['', ...own];
  });
  return [...sectionRule(heading, layout), ...lines];
}

/** Calls, checks and figures stand together, and so does output of the same command. */
function belongTogether(before: Item | undefined, item: Item): boolean {
  if (!before || item.type === 'observe' || item.type === 'change') return false;
  if (item.type === 'output') return item.continued === true;
  return item.type !== 'measure' || before.type === 'measure';
}

function withGap(lines: readonly string[], index: number): readonly string[] {
  return index === 0 ? lines : ['', ...lines];
}
