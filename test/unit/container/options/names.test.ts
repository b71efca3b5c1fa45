import { describe, expect, it } from 'vitest';
import { parseSignal } from '../../../../src/container/signal.js';
import { checkContainerName, randomId, randomName } from '../../../../src/docker/options/names.js';
import { nearest } from '../../../../src/state/nearest.js';

describe('names that are made up', () => {
  it('are an adjective and a surname, and can be names of containers', () => {
    for (let i = 0; i < 100; i++) expect(checkContainerName(randomName())).toMatch(/^[a-z]+_[a-z]+$/);
  });

  it('have digits behind them when the one before was taken', () => {
    expect(randomName(1)).toMatch(/^[a-z]+_[a-z]+\d$/);
    expect(randomName(3)).toMatch(/^[a-z]+_[a-z]+\d{1,3}$/);
  });

  it('stand beside ids of 64 hexadecimal digits, never the same', () => {
    const ids = Array.from({ length: 100 }, randomId);
    expect(new Set(ids).size).toBe(100);
    expect(ids.every((id) => /^[0-9a-f]{64}$/.test(id))).toBe(true);
  });
});

describe('the nearest name', () => {
  it('is the one with the fewest differences', () => {
    expect(nearest('bsybox', ['busybox', 'alpine'])).toBe('busybox');
    expect(nearest('busbyox', ['alpine', 'busybox'])).toBe('busybox');
  });

  it('counts two letters in the wrong order as one difference', () => {
    expect(nearest('oen', ['one', 'ten'])).toBe('one');
    expect(nearest('pivto', ['pivot'])).toBe('pivot');
  });

  it('is none where all are far', () => {
    expect(nearest('ubuntu', ['busybox'])).toBeUndefined();
    expect(nearest('x', [])).toBeUndefined();
  });
});

describe('a signal', () => {
  it.each([
    ['SIGTERM', 15],
    ['TERM', 15],
    ['term', 15],
    ['sigusr1', 10],
    ['9', 9],
    ['64', 64],
    ['RTMIN+3', 37],
    ['SIGRTMAX-1', 63],
  ])('%s is %i', (name, number) => {
    expect(parseSignal(name)).toBe(number);
  });

  it.each(['', '0', '65', 'FOO', 'RTMIN+31', '-9', '1.5'])('%j is none', (name) => {
    expect(() => parseSignal(name)).toThrow(/invalid signal/);
  });
});
