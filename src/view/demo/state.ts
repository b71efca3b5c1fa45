import type { Held, LabStarted } from '../../lab/events.js';
import type { Predict } from '../../lesson/predict.js';
import type { StepComparison } from '../experiment/compare.js';
import type { Item, NumberedStep, Summary } from '../run/items.js';
import type { Script, ScriptStep } from './script.js';

/** A run of a lab as somebody follows it, at one moment: all that its screen depends on, but for the size of the screen. */
export interface Demo {
  readonly script: Script;
  /** `screen`: all of the terminal, a page at a time. `lines`: the ordinary screen, which stops at questions and at results. */
  readonly dress: 'screen' | 'lines';
  /** Lines that have given way to the screen: the page to which they had come. */
  readonly linesAt: number | undefined;
  /** Steps, by their ids, whose calls are shown in full among the lines. */
  readonly traced: readonly string[];
  readonly started: LabStarted | undefined;
  /** What the lab has told, step by step. While the lab stands still, the last of them has not begun. */
  readonly told: readonly ToldStep[];
  readonly end: Summary | undefined;
  /** `standing`: at the start of a step, until the next event is asked for. `holding`: at its end, while its processes live. */
  readonly lab: 'running' | 'standing' | 'holding' | 'over';
  /** The step to run up to, by its id. */
  readonly until: string | undefined;
  /** 0 the title; for each step a page before it and one after it; last the end. */
  readonly page: number;
  /** Lines of the page that are above the screen. */
  readonly scroll: number;
  /** What the room has chosen, by step: 0 is the first choice. */
  readonly votes: Readonly<Record<string, number>>;
  /** How many were for each choice, by step, where they were counted. */
  readonly hands: Readonly<Record<string, readonly number[]>>;
  /** When each step was first on the screen, in milliseconds since 1970; the title page by ''. */
  readonly seenAt: Readonly<Record<string, number>>;
  /** Nothing is shown until a key is pressed: the room is to look at whoever speaks. */
  readonly blank: boolean;
  /** The list of steps is open, and this much of a step's number has been typed. */
  readonly typed: string | undefined;
  readonly help: boolean;
  /** What to type to look at the processes that live is shown. */
  readonly commands: boolean;
  readonly auto: Auto | undefined;
  /** Something comes behind the end: the next part of a talk. */
  readonly goesOn: boolean;
  /** What the last key could not do, or why the demo has stopped by itself. */
  readonly notice: Notice | undefined;
  readonly leaving: Leaving | undefined;
}

export interface ToldStep {
  readonly step: NumberedStep;
  readonly items: readonly Item[];
  /** All was told but the end of these processes. */
  readonly held?: Held;
  /** What differs in the step from the run with all calls. */
  readonly compared?: StepComparison;
}

/** `--auto`: goes on by itself. */
export interface Auto {
  /** That a page stays; undefined: as long as it takes to read. */
  readonly seconds: number | undefined;
  readonly going: boolean;
  /** Steps, by their ids, before which it stops. */
  readonly breaks: readonly string[];
  /** Quits after the last page: nobody is there to do so. */
  readonly leaves: boolean;
}

export type Notice = 'running' | 'end' | 'no such step' | 'not reached' | 'break point';

export type Leaving = 'quit' | 'next' | 'restart' | 'interrupt';

/** How long a page is, and how much of it the screen shows, in lines. */
export interface Extent {
  readonly lines: number;
  readonly rows: number;
}

/** A demo that has not begun. The lab runs, up to its first step. */
export function beginDemo(script: Script, auto?: Auto, dress: Demo['dress'] = 'screen'): Demo {
  return {
    ...{
      script,
      auto,
      dress,
      linesAt: undefined,
      traced: [],
      started: undefined,
      end: undefined,
      until: undefined,
      lab: 'running',
    },
    ...{ told: [], votes: {}, hands: {}, seenAt: {}, page: 0, scroll: 0 },
    ...{ typed: undefined, help: false, commands: false, blank: false },
    ...{ goesOn: false, notice: undefined, leaving: undefined },
  };
}

export type Page =
  | { readonly kind: 'title' }
  | { readonly kind: 'before' | 'after'; readonly told: ToldStep; readonly step: ScriptStep; readonly number: number }
  | { readonly kind: 'end'; readonly end: Summary };

export type StepPage = Extract<Page, { kind: 'before' | 'after' }>;

/** The page that is on the screen. */
export function pageOf({ script, told, end, page }: Demo): Page {
  const shown = told[Math.floor((page - 1) / 2)];
  if (shown) {
    const index = script.steps.findIndex(({ id }) => id === shown.step.id);
    const step = script.steps[index] ?? {
      ...shown.step,
      narration: '',
      predict: undefined,
      notes: '',
      planned: 0,
      calls: [],
    };
    return { kind: page % 2 === 1 ? 'before' : 'after', told: shown, step, number: index + 1 };
  }
  return page > 0 && end ? { kind: 'end', end } : { kind: 'title' };
}

/** Whether the page is one that asks what will happen. */
export function asks(page: Page): page is StepPage & { step: { predict: Predict } } {
  return (
    page.kind === 'before' && page.step.predict !== undefined && !page.told.step.skipped && !page.told.step.impossible
  );
}

/** The page before a step that has been told of; undefined where it has not. */
export function pageBefore({ told }: Demo, step: string | undefined): number | undefined {
  const index = told.findIndex((one) => one.step.id === step);
  return index === -1 ? undefined : 2 * index + 1;
}

/** The last page that can be shown without running anything. */
export function lastPage({ told, lab, end }: Demo): number {
  if (end && lab === 'over') return 2 * told.length + 1;
  return lab === 'standing' ? 2 * told.length - 1 : 2 * told.length;
}

/** Whether the page is the one of a step that is about to run, with its calls still to come. */
export function isAboutToRun(demo: Demo): boolean {
  return demo.lab === 'standing' && demo.page === lastPage(demo);
}

/** The processes that live now, for whoever wants to look at them. */
export function heldNow({ lab, told }: Demo): Held | undefined {
  return lab === 'holding' ? told.at(-1)?.held : undefined;
}

/** Whether the demo would go on by itself after a while. */
export function isWaiting(demo: Demo): boolean {
  const { auto, lab, help, commands, blank, typed, leaving } = demo;
  const isBusy = lab === 'running' || help || commands || blank || typed !== undefined || leaving !== undefined;
  return auto?.going === true && !isBusy && (auto.leaves || demo.goesOn || pageOf(demo).kind !== 'end');
}
