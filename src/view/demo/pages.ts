import type { LabStarted } from '../../lab/events.js';
import { formatEnd } from '../terminal/summary.js';
import { displayWidth, padToWidth } from '../text/width.js';
import { wrap } from '../text/wrap.js';
import { afterPage, leftOutLines } from './after-page.js';
import { formatExpected } from './calls.js';
import { badgeLines, largeHeading, sectionRule, smallHeading } from './heading.js';
import type { Layout } from './layout.js';
import { prose } from './prose.js';
import { formatQuestion } from './question.js';
import { type Demo, lastPage, type Page, pageBefore, type StepPage } from './state.js';

/** The lines of a page, or of what covers it: the keys, the list of steps. */
export function pageLines(demo: Demo, page: Page, layout: Layout): string[] {
  if (demo.help) return helpPage(demo, layout);
  if (demo.typed !== undefined) return stepList(demo, layout);
  if (page.kind === 'title') return titlePage(demo, layout);
  if (page.kind === 'end') return formatEnd(page.end, layout.screen);
  return page.kind === 'before' ? beforePage(demo, page, layout) : afterPage(demo, page, layout);
}

function titlePage({ script, started }: Demo, layout: Layout): string[] {
  const { screen, measure, words } = layout;
  const [number = ''] = script.id.split('-');
  return [
    ...largeHeading(number, script.title, script.id, layout),
    '',
    ...prose(script.summary, measure, screen),
    '',
    ...wrap([{ text: words.length(script.steps.length, script.minutes) }], measure),
    ...(started ? machine(started, layout) : []),
  ];
}

function machine(started: LabStarted, { measure, screen }: Layout): string[] {
  return wrap([{ text: screen.words.machine(started) }], measure);
}

/** What is going to happen: the narration or, where that would answer it, the question; and the calls. */
function beforePage(demo: Demo, { step, told, number }: StepPage, layout: Layout): string[] {
  const { screen, measure, words } = layout;
  const asks = step.predict && !told.step.skipped && !told.step.impossible;
  const text = asks
    ? formatQuestion(step.predict, demo.votes[step.id], layout)
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

/** The steps with their numbers; which have been run, and which is on the screen. */
function stepList(demo: Demo, layout: Layout): string[] {
  const { screen, words } = layout;
  const { paint, symbols } = screen;
  const steps = demo.script.steps.flatMap(({ id, title }, index) => {
    const page = pageBefore(demo, id);
    const isHere = page !== undefined && (demo.page === page || demo.page === page + 1);
    const isDone = page !== undefined && page < lastPage(demo);
    const mark = isHere ? paint.bold(symbols.isNew) : isDone ? symbols.held : ' ';
    const text = { text: title, ...(isHere && { paint: paint.bold }) };
    const lines = wrap([text], screen.width - 6);
    return lines.map((line, row) =>
      row === 0 ? `${mark} ${String(index + 1).padStart(2)}  ${line}` : `      ${line}`,
    );
  });
  return [...smallHeading('', words.choose, layout), '', ...steps];
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
