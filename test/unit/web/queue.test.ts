import { describe, expect, it } from 'vitest';
import { type Place, Queue } from '../../../src/web/server/queue.js';

describe('a queue', () => {
  it('lets the first one in at once', async () => {
    expect(await told(new Queue().join())).toEqual([]);
  });

  it('tells the others how many come first, until it is their turn', async () => {
    const queue = new Queue();
    const [first, second, third] = [queue.join(), queue.join(), queue.join()];
    const waits = told(third);
    await turn();
    first.leave();
    await turn();
    second.leave();
    expect(await waits).toEqual([2, 1]);
  });

  it('moves up who stands behind one that gives up waiting', async () => {
    const queue = new Queue();
    const [first, second, third] = [queue.join(), queue.join(), queue.join()];
    const waits = told(third);
    await turn();
    second.leave();
    await turn();
    first.leave();
    expect(await waits).toEqual([2, 1]);
  });

  it('tells nobody anew for whom nothing has changed', async () => {
    const queue = new Queue();
    const [, second, third] = [queue.join(), queue.join(), queue.join()];
    const leaving = new AbortController();
    const waits = told(second, leaving.signal);
    await turn();
    third.leave();
    await turn();
    leaving.abort();
    expect(await waits).toEqual([1]);
  });

  it('takes no notice of one that leaves twice', async () => {
    const queue = new Queue();
    const [first, second] = [queue.join(), queue.join()];
    first.leave();
    first.leave();
    expect(await told(second)).toEqual([]);
    expect(await told(queue.join(), AbortSignal.abort())).toEqual([]);
  });

  it('keeps nobody who does not want to wait any more', async () => {
    const queue = new Queue();
    queue.join();
    const controller = new AbortController();
    const waits = told(queue.join(), controller.signal);
    await turn();
    controller.abort();
    expect(await waits).toEqual([1]);
  });
});

/** What a place tells until its turn. */
async function told(place: Place, signal = new AbortController().signal): Promise<number[]> {
  const numbers: number[] = [];
  for await (const before of place.waiting(signal)) numbers.push(before);
  return numbers;
}

/** Lets the others go on. */
function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
