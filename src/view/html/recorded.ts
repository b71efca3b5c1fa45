import type { LabEvent } from '../../lab/events.js';
import { wordsIn } from '../words/index.js';
import { comparisonHtml } from './comparison.js';
import { eventsToHtml } from './events/index.js';
import { Html } from './html.js';

/** What a recorded run told in a step, as HTML; `skip`: the run with that step left out. */
export type Recorded = (step: string, skip?: string) => Html;

/** The events of a lab's recorded run; undefined where there is none. */
export type LoadRun = (skip?: string) => readonly LabEvent[] | undefined;

/**
 * Renders the runs that a lesson shows, each of them once: what is new in a step can only be told from the steps before it. `skips`
 * has undefined for the run of the whole lab.
 */
export async function renderRuns(
  skips: Iterable<string | undefined>,
  load: LoadRun,
  language: string,
): Promise<Recorded> {
  const runs = new Map<string | undefined, Map<string, string>>();
  for (const skip of skips) {
    if (!runs.has(skip)) runs.set(skip, await renderRun(skip, load, language));
  }
  return (step, skip) => new Html(runs.get(skip)?.get(step) ?? '');
}

/** Of a run with a step left out that which differs from the run with it. */
async function renderRun(skip: string | undefined, load: LoadRun, language: string): Promise<Map<string, string>> {
  const told = await renderSteps(load(skip) ?? [], language);
  if (skip === undefined) return told;
  return new Map([...told, ...(await comparisonHtml(load() ?? [], load(skip) ?? [], wordsIn(language)))]);
}

/** The HTML of each step, without its header: a section has one. */
async function renderSteps(events: readonly LabEvent[], language: string): Promise<Map<string, string>> {
  const steps = new Map<string, string>();
  for await (const { step, type, html } of eventsToHtml(events, language, 'brief')) {
    if (step !== undefined && type !== 'step') steps.set(step, `${steps.get(step) ?? ''}${html}\n`);
  }
  return steps;
}
