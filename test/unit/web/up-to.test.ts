import { describe, expect, it } from 'vitest';
import type { LabEvent } from '../../../src/lab/events.js';
import { upTo } from '../../../src/web/server/lab-run.js';

const step = (id: string): LabEvent => ({ type: 'step', id, title: id });
const said = (id: string, text: string): LabEvent => ({ type: 'output', step: id, stream: 'stdout', text });
const END: LabEvent = { type: 'end', id: 'lab', status: 'held' };
const EVENTS = [step('a'), said('a', '1'), step('b'), said('b', '2'), step('c'), said('c', '3'), step('host'), END];

describe('a run up to a step', () => {
  it('shows that step whole, the host and the end, and nothing between', async () => {
    expect(await run('b')).toEqual({ shown: [0, 1, 2, 3, 6, 7], stoppedAt: 4 });
  });

  it('may end with the first step', async () => {
    expect(await run('a')).toEqual({ shown: [0, 1, 6, 7], stoppedAt: 2 });
  });

  it.each(['c', 'host', undefined])('stops nothing where all is wanted (%s)', async (last) => {
    expect(await run(last)).toEqual({ shown: [0, 1, 2, 3, 4, 5, 6, 7], stoppedAt: undefined });
  });
});

/** Which events are shown, and before which one the lab was told that it is enough. */
async function run(last: string | undefined) {
  let at = -1;
  let stoppedAt: number | undefined;
  const shown: number[] = [];
  async function* events() {
    for (const event of EVENTS) {
      at++;
      yield event;
    }
  }
  const enough = () => {
    expect(stoppedAt).toBeUndefined();
    stoppedAt = at;
  };
  for await (const event of upTo(last, events(), enough)) shown.push(EVENTS.indexOf(event));
  return { shown, stoppedAt };
}
