import type { Check, LabEnded, LabEvent, StepStarted } from '../../lab/events.js';
import { HOST_STEP } from '../../lab/host-step.js';
import type { Items, Over, Summary } from './items.js';

/** Numbers the steps and counts the checks. */
export async function* tally(events: AsyncIterable<LabEvent | Over>): Items {
  let number = 0;
  const checks: Check[] = [];
  for await (const event of events) {
    if (event.type === 'check') checks.push(event);
    if (event.type === 'step') yield { ...narrated(event), number: ++number };
    else if (event.type === 'end') yield summarise(event, checks);
    else yield event;
  }
}

/** What the lesson says of a step that is left out is not true now. */
function narrated({ prose, ...step }: StepStarted): StepStarted {
  return step.skipped || prose === undefined ? step : { ...step, prose };
}

function summarise(end: LabEnded, checks: readonly Check[]): Summary {
  const broken = checks.filter((check) => !check.held);
  const host = checks.find((check) => check.step === HOST_STEP);
  return { ...end, held: checks.length - broken.length, broken, ...(host && { host }) };
}
