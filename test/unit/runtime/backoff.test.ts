import { describe, expect, it } from 'vitest';
import { Backoff } from '../../../src/container/supervisor/backoff.js';

describe('the wait before a restart', () => {
  it('doubles from 100 ms to a minute, for each container by itself', () => {
    const backoff = new Backoff();
    const waits = Array.from({ length: 12 }, () => backoff.next('one', 0));
    expect(waits).toEqual([100, 200, 400, 800, 1600, 3200, 6400, 12_800, 25_600, 51_200, 60_000, 60_000]);
    expect(backoff.next('two', 9_999)).toBe(100);
    expect(backoff.next('two', 9_999)).toBe(200);
  });

  it('begins anew behind a run of ten seconds, and where somebody has started the container', () => {
    const backoff = new Backoff();
    backoff.next('one', 0);
    expect([backoff.next('one', 0), backoff.next('one', 10_000), backoff.next('one', 0)]).toEqual([200, 100, 200]);
    backoff.forget('one');
    expect(backoff.next('one', 0)).toBe(100);
  });
});
