import type { LabEvent, StepStarted } from '../../lab/events.js';

/**
 * Keeps what the lesson says of a step where it is true: not of a step in which a check breaks, which is known when the step is over.
 * Processes that are held cannot wait for that.
 */
export async function* narrateTruly(events: AsyncIterable<LabEvent>): AsyncGenerator<LabEvent, void, void> {
  let told: LabEvent[] = [];
  for await (const event of events) {
    if (event.type === 'step' || event.type === 'end' || event.type === 'hold') {
      yield* truly(told);
      told = [];
    }
    if (event.type === 'step') told = [event];
    else if (told.length > 0) told.push(event);
    else yield event;
  }
  yield* truly(told);
}

function truly(told: readonly LabEvent[]): readonly LabEvent[] {
  const [step, ...rest] = told;
  const isBroken = rest.some((event) => event.type === 'check' && !event.held);
  return step?.type === 'step' && isBroken ? [withoutProse(step), ...rest] : told;
}

function withoutProse({ prose: _, ...step }: StepStarted): StepStarted {
  return step;
}
