import type { Script } from '../script.js';
import { type Demo, type Page, pageOf } from '../state.js';

/** What the presenter's own screen needs to know of a demo; sent to it as JSON. */
export interface Note {
  readonly lab: string;
  readonly title: string;
  /** 0 on the title page. */
  readonly number: number;
  readonly steps: number;
  readonly page: Page['kind'];
  /** For the presenter only, in Markdown; empty where there are none. */
  readonly notes: string;
  /** Title of the step that comes next. */
  readonly next: string | null;
  /** Minutes from the start in which this page's step is to be done, and the whole demo. */
  readonly planned: { readonly until: number; readonly all: number };
  /** When the demo was started, in milliseconds since 1970. */
  readonly startedAt: number;
}

/** What is to be said about the page that is on the screen. */
export function noteOf(demo: Demo, startedAt: number): Note {
  const { script } = demo;
  const page = pageOf(demo);
  const isStep = page.kind === 'before' || page.kind === 'after';
  const number = isStep ? page.number : page.kind === 'end' ? script.steps.length : 0;
  const step = isStep ? page.step : { title: script.title, notes: page.kind === 'title' ? script.notes : '' };
  const next = script.steps[number]?.title ?? null;
  const { title, notes } = step;
  const planned = { until: plannedUntil(script, number), all: plannedUntil(script) };
  return {
    lab: script.id,
    title,
    number,
    steps: script.steps.length,
    page: page.kind,
    notes,
    next,
    planned,
    startedAt,
  };
}

/** Minutes for the title and the steps up to this one, or all of them. */
export function plannedUntil(script: Script, number?: number): number {
  return script.steps.slice(0, number).reduce((sum, { planned }) => sum + planned, script.planned);
}
