import { type LabDefinition, numberOf } from '../../lab/definition.js';
import type { LabEvent } from '../../lab/events.js';
import type { LabRequest } from '../../lab/request.js';
import { runLab } from '../../lab/run.js';
import { whatBreaks } from '../../lesson/break-it.js';
import { loadLesson } from '../../lesson/lesson.js';
import { compareRuns } from '../../view/experiment/compare.js';
import { experimentHead, experimentPages, type Told } from '../../view/experiment/index.js';
import { screenOf } from '../../view/terminal/screen.js';
import type { Paced } from '../demo/paced-run.js';
import { exitStatus } from './ending.js';
import { writePages } from './experiment-pages.js';
import type { LabCall } from './lab-options.js';

/** Runs a lab without the calls of some steps and with them, and shows what differs. The exit status is that of the run without. */
export async function runExperiment(call: LabCall, experiment: Paced): Promise<number> {
  const { definition, request, sink, interruption } = experiment;
  const without = await eventsOf(definition, request, async (event) => {
    if (event.type === 'lab')
      await sink.write(`${experimentHead(event, [...request.skip], screenOf(sink)).join('\n')}\n`);
  });
  const withIt = await eventsOf(definition, { ...request, skip: new Set() });
  if (interruption.aborted.aborted) return exitStatus('failed', 0, call);
  const comparison = await compareRuns(withIt, without);
  await writePages(experimentPages(comparison, told(definition, request), screenOf(sink)), sink, interruption);
  const { status, broken } = comparison.without;
  return exitStatus(status, broken.length, call);
}

async function eventsOf(
  definition: LabDefinition,
  request: LabRequest,
  onEvent?: (event: LabEvent) => Promise<void>,
): Promise<LabEvent[]> {
  const events: LabEvent[] = [];
  if (request.signal.aborted) return events;
  for await (const event of runLab(definition, request)) {
    await onEvent?.(event);
    events.push(event);
  }
  return events;
}

/** What the lesson says, and what else there is to leave out. */
function told({ id, skippable }: LabDefinition, { skip, language }: LabRequest): Told {
  const lesson = loadLesson(id, language);
  const last = Math.max(...[...skip].map((step) => skippable.indexOf(step)));
  const next = skippable[last + 1];
  return {
    skipped: [...skip],
    sentences: [...skip].flatMap((step) => whatBreaks(lesson, step) ?? []),
    ...(next && { next: `tslab ${numberOf(id)} --skip ${next}` }),
  };
}
