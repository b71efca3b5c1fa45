import { numberOf } from '../../lab/definition.js';
import type { LabStarted, StepStarted } from '../../lab/events.js';
import { comparisonLines } from '../experiment/steps.js';
import type { Item } from '../run/items.js';
import { leftOut } from '../run/sentences.js';
import { formatHeld } from '../terminal/hold.js';
import { formatItem } from '../terminal/index.js';
import { type Screen, withMargin } from '../terminal/screen.js';
import { formatEnd } from '../terminal/summary.js';
import { stack } from '../text/lines.js';
import { displayWidth, padToWidth } from '../text/width.js';
import { wrap } from '../text/wrap.js';
import { formatExpected } from './calls.js';
import { badgeLines, largeHeading, sectionRule, smallHeading } from './heading.js';
import type { Layout } from './layout.js';
import { stepList } from './overview.js';
import { prose } from './prose.js';
import { formatAnswer, formatQuestion } from './question.js';
import { votesOf } from './room/vote.js';
import type { Script } from './script.js';
import { type Demo, heldNow, type Page, type StepPage } from './state.js';

/** The lines of a page, or of what covers it: the keys, the list of steps. */
export function pageLines(demo: Demo, page: Page, layout: Layout): string[] {
  const held = heldNow(demo);
  if (demo.help) return helpPage(demo, layout);
  if (demo.commands && held) return formatHeld(held, layout.screen);
  if (demo.typed !== undefined) return stepList(demo, layout);
  if (page.kind === 'title') return titlePage(demo, layout);
  if (page.kind === 'end') return formatEnd(page.end, layout.screen);
  return page.kind === 'before' ? beforePage(demo, page, layout) : afterPage(demo, page, layout);
}

function titlePage({ script, started }: Demo, layout: Layout): string[] {
  const { screen, measure, words } = layout;
  const text = prose(script.summary, measure, screen);
  if (script.steps.length === 0) return [...smallHeading('', script.title, layout), '', ...text];
  return [
    ...largeHeading(numberOf(script.id), script.title, script.id, layout),
    '',
    ...text,
    '',
    ...experimentLines(script, layout),
    ...wrap([{ text: words.length(script.steps.length, minutesOf(script)) }], measure),
    ...(started ? machine(started, layout) : []),
  ];
}

/** What the presenter plans for the steps, in whole minutes; without a plan a minute a step. */
function minutesOf({ steps, minutes }: Script): number {
  return Math.round(steps.reduce((sum, { planned }) => sum + planned, 0)) || minutes;
}

function experimentLines({ skipped = [] }: Script, { screen, measure }: Layout): string[] {
  const { experiment, comma } = screen.words;
  return skipped.length === 0 ? [] : [...wrap([{ text: experiment.intro(skipped.join(comma)) }], measure), ''];
}

function machine(started: LabStarted, { measure, screen }: Layout): string[] {
  return wrap([{ text: screen.words.machine(started) }], measure);
}

/** What is going to happen: the narration or, where that would answer it, the question; and the calls. */
function beforePage(demo: Demo, { step, told, number }: StepPage, layout: Layout): string[] {
  const { screen, measure, words } = layout;
  const asks = step.predict && !told.step.skipped && !told.step.impossible;
  const text = asks
    ? formatQuestion(step.predict, votesOf(demo, step.id), layout)
    : prose(step.narration, measure, screen);
  const calls = told.step.impossible ? [] : formatExpected(step.calls, screen);
  return [
    ...largeHeading(String(number), step.title, step.id, layout),
    ...leftOutLines(told.step, layout),
    '',
    ...text,
    ...(calls.length > 0 ? ['', ...sectionRule(words.willCall, layout), '', ...calls] : []),
  ];
}

function helpPage({ auto }: Demo, layout: Layout): string[] {
  const { screen, words } = layout;
  const all = auto ? [...words.help, words.helpAuto] : words.help;
  const width = Math.max(...all.map(([keys]) => displayWidth(keys))) + 3;
  const rows = all.flatMap(([keys, meaning]) =>
    screen.width < width + 24
      ? [...wrap([{ text: keys, paint: screen.paint.bold }], screen.width), ...indented(meaning, screen.width)]
      : besides(keys, meaning, width, layout),
  );
  return [...badgeLines(words.helpTitle, layout), '', ...rows];
}

function indented(text: string, width: number): string[] {
  return wrap([{ text }], width - 2).map((line) => `  ${line}`);
}

function besides(keys: string, meaning: string, width: number, { screen }: Layout): string[] {
  const lines = wrap([{ text: meaning }], screen.width - width);
  const label = screen.paint.bold(padToWidth(keys, width));
  return lines.map((line, row) => `${row === 0 ? label : ' '.repeat(width)}${line}`);
}

/** What has happened: the answer, what changed, the checks; last the calls with their results, which the room has seen before they ran. */
function afterPage(demo: Demo, page: StepPage, layout: Layout): string[] {
  const { step, told, number } = page;
  const { words } = layout;
  const result = told.compared
    ? [[...sectionRule(words.compared, layout), '', ...comparisonLines(told.compared, layout.screen)]]
    : [
        section(words.change, told.items.filter(isChange), layout),
        section(words.checks, told.items.filter(isCheck), layout),
      ];
  const parts = [
    leftOutLines(told.step, layout),
    answerLines(demo, page, layout),
    ...result,
    section(words.calls, told.items.filter(isCall), layout),
  ];
  const isEmpty = parts.flat().length === 0 && !isRunning(demo, page);
  const body = isEmpty ? wrap([{ text: words.nothing }], layout.measure) : stack(parts);
  return [...smallHeading(String(number), step.title, layout), '', ...body];
}

/** Whether the lab is at work on this very step. */
export function isRunning({ lab, told }: Demo, page: StepPage): boolean {
  return lab === 'running' && told.at(-1) === page.told;
}

/** Why a step is left out, if it is. */
function leftOutLines(step: StepStarted, { screen }: Layout): string[] {
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
  const answer = formatAnswer(predict, { items: told.items, vote: votesOf(demo, step.id) }, layout);
  const why = told.step.skipped ? '' : [step.narration, predict.why].filter((text) => text !== '').join('\n\n');
  return why === '' ? answer : [...answer, '', ...prose(why, measure, screen)];
}

export function isChange({ type }: Item): boolean {
  return type === 'observe' || type === 'change' || type === 'output' || type === 'measure';
}

/** What only tidies up is nothing for a room. */
function isCall(item: Item): boolean {
  return item.type === 'syscall' || (item.type === 'folded' && item.repeated.length > 0);
}

export function isCheck({ type }: Item): boolean {
  return type === 'check';
}

/** A rule with a heading, and the items as they look wherever a lab is shown. */
function section(heading: string, items: readonly Item[], layout: Layout): string[] {
  return items.length === 0 ? [] : [...sectionRule(heading, layout), '', ...formatItems(items, layout.screen)];
}

/** Items as they look wherever a lab is shown, an empty line between those that do not belong together. */
export function formatItems(items: readonly Item[], screen: Screen): string[] {
  return items.flatMap((item, index) => {
    const own = formatItem(item, screen);
    return index === 0 || belongTogether(items[index - 1], item) ? own : ['', ...own];
  });
}

/** Calls, checks and figures stand together, and so does output of the same command. */
function belongTogether(before: Item | undefined, item: Item): boolean {
  if (!before || item.type === 'observe' || item.type === 'change') return false;
  if (item.type === 'output') return item.continued === true;
  return item.type !== 'measure' || before.type === 'measure';
}
