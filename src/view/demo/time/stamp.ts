import { type Demo, pageOf } from '../state.js';

/** The demo with the time, in milliseconds since 1970, at which the step on its screen was there first. */
export function stamp(demo: Demo, now: number): Demo {
  const page = pageOf(demo);
  const id = 'step' in page ? page.step.id : '';
  return id in demo.seenAt ? demo : { ...demo, seenAt: { ...demo.seenAt, [id]: now } };
}
