import type { LabDefinition } from '../../lab/definition.js';
import type { LabEvent } from '../../lab/events.js';
import type { LabRequest } from '../../lab/request.js';
import { runLab } from '../../lab/run.js';
import { type Beside, compareAlong, endOf } from '../../view/experiment/runs.js';
import { storyOf } from '../../view/experiment/story.js';
import { arrange } from '../../view/run/index.js';

/** A lab with all its calls, of which only the beginning is told, and then without some; behind each step what differs. Throws what the lab throws. */
export async function* runBoth(definition: LabDefinition, request: LabRequest): AsyncGenerator<Beside, void> {
  const withIt: LabEvent[] = [];
  for await (const event of runLab(definition, { ...request, skip: new Set(), hold: new Set() })) {
    withIt.push(event);
    if (event.type === 'lab') yield event;
  }
  const last = withIt.at(-1);
  const isComparable = last?.type === 'end' && last.status !== 'impossible' && !request.signal.aborted;
  if (isComparable) yield* compareAlong(await storyOf(withIt), arrange(runLab(definition, request)));
  else yield* arrange(endOf(withIt));
}
