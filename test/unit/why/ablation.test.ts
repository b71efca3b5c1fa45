import { describe, expect, it } from 'vitest';
import { ablate } from '../../../src/why/ablation.js';

/** A program that goes well as soon as all of these are gone. */
const needing = (...gone: string[]) => {
  return (without: readonly string[]) => Promise.resolve(gone.every((layer) => without.includes(layer)));
};

describe('to take layers away', () => {
  it.each([
    [[], { goesWell: true, without: [], runs: 1 }],
    [['b'], { goesWell: false, without: [['b']], runs: 4 }],
    [['a', 'c'], { goesWell: false, without: [['a', 'c']], runs: 7 }],
    [['a', 'b', 'c'], { goesWell: false, without: [], runs: 7 }],
  ])('finds what stands in the way of a program: %j', async (gone, found) => {
    expect(await ablate(['a', 'b', 'c'], needing(...gone))).toEqual(found);
  });

  it('finds each of two that are enough', async () => {
    const goesWell = async (without: readonly string[]) => without.length > 0 && !without.includes('b');
    expect((await ablate(['a', 'b', 'c'], goesWell)).without).toEqual([['a'], ['c']]);
  });
});
