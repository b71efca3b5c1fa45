import { checkSteps, type LabDefinition } from '../../lab/definition.js';
import type { LabEvent } from '../../lab/events.js';
import { HOST_STEP } from '../../lab/host-step.js';
import type { LabRequest } from '../../lab/request.js';
import { runLab } from '../../lab/run.js';
import { whatBreaks } from '../../lesson/break-it.js';
import { loadLesson } from '../../lesson/lesson.js';
import { experimentHead, experimentPages, type Told } from '../../view/experiment/index.js';
import { type Comparison, compareRuns } from '../../view/experiment/runs.js';
import { screenOf } from '../../view/terminal/screen.js';
import { courseAround, type Paced } from '../demo/paced-run.js';
import { exitStatus } from './ending.js';
import { writePages } from './experiment-pages.js';
import type { LabCall } from './lab-options.js';

/** Runs a lab without the calls of some steps and with them, and shows what differs. The exit status is that of the run without. */
export async function runExperiment(call: LabCall, experiment: Paced): Promise<number> {
  const { definition, request, sink, interruption } = experiment;
  if (call.from !== undefined) checkSteps(definition, [call.from], '--from');
  const without = await eventsOf(definition, request, async (event) => {
    if (event.type === 'lab')
      await sink.write(`${experimentHead(event, [...request.skip], screenOf(sink)).join('\n')}\n`);
  });
  const withIt = await eventsOf(definition, { ...request, skip: new Set() });
  if (interruption.aborted.aborted) return exitStatus('failed', 0, call);
  const comparison = await compareRuns(withIt, without);
  const shown = { ...comparison, steps: stepsFrom(call.from, comparison, definition) };
  const pages = experimentPages(shown, told(definition, request), screenOf(sink));
  await writePages(pages, { sink, interruption, eachAlone: call.step === true });
  const { status, broken } = comparison.without;
  return exitStatus(status, broken.length, call);
}

/** `--from`: those before it are not shown. */
function stepsFrom(from: string | undefined, { steps }: Comparison, definition: LabDefinition) {
  const order = [...definition.steps, HOST_STEP];
  const first = from === undefined ? 0 : order.indexOf(from);
  return steps.filter(({ step }) => order.indexOf(step.id) >= first);
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

/** What the lesson says, and what there is to do next. */
function told(definition: LabDefinition, { skip, language }: LabRequest): Told {
  const { id, skippable } = definition;
  const lesson = loadLesson(id, language);
  const last = Math.max(...[...skip].map((step) => skippable.indexOf(step)));
  return {
    skipped: [...skip],
    sentences: [...skip].flatMap((step) => whatBreaks(lesson, step) ?? []),
    course: { ...courseAround(definition, []), skip: skippable[last + 1] },
  };
}
