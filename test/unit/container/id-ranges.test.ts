import { describe, expect, it } from 'vitest';
import { firstFree } from '../../../src/container/users/id-ranges.js';
import { parseUserns } from '../../../src/docker/namespaces/userns.js';
import { parseSubordinateIds } from '../../../src/kernel/credentials/subordinate-ids.js';
import { randomNumbers } from '../../support/random.js';

const isRoot = process.geteuid?.() === 0;

describe('a free range of ids', () => {
  const pool = [
    { start: 100, count: 10 },
    { start: 200, count: 30 },
  ];

  it('is the lowest place of the pool where so many are free in a row', () => {
    expect(firstFree(10, pool, [])).toBe(100);
    expect(firstFree(11, pool, [])).toBe(200);
    expect(firstFree(5, pool, [{ start: 90, count: 12 }])).toBe(102);
    expect(firstFree(5, pool, [{ start: 103, count: 3 }])).toBe(200);
    expect(firstFree(4, pool, [{ start: 103, count: 3 }])).toBe(106);
    expect(firstFree(30, pool, [{ start: 229, count: 1 }])).toBeUndefined();
  });

  it('is never one that somebody has, whatever they have', () => {
    const random = randomNumbers(20_261_129);
    for (let round = 0; round < 2000; round++) {
      const number = (below: number) => Math.floor(random() * below);
      const taken = Array.from({ length: number(8) }, () => ({ start: 90 + number(150), count: 1 + number(20) }));
      const size = 1 + number(12);
      const fits = (at: number) =>
        pool.some(({ start, count }) => at >= start && at + size <= start + count) &&
        taken.every(({ start, count }) => start + count <= at || start >= at + size);
      const lowest = Array.from({ length: 200 }, (_, i) => 90 + i).find(fits);
      expect(firstFree(size, pool, taken)).toBe(lowest);
    }
  });
});

describe('/etc/subuid', () => {
  it('gives ranges to users by name or number, several to one', () => {
    const text = 'ann:100000:65536\n1000:300000:10\nann:400000:5\nbroken\nben:1:\n';
    expect(parseSubordinateIds(text, ['ann', '1000'])).toEqual([
      { start: 100_000, count: 65_536 },
      { start: 300_000, count: 10 },
      { start: 400_000, count: 5 },
    ]);
    expect(parseSubordinateIds(text, ['ben'])).toEqual([]);
  });
});

describe('--userns', () => {
  const parse = (userns: string, others = {}, kernel = '6.1.0') => {
    try {
      return parseUserns({ userns, network: 'bridge', ...others }, kernel);
    } catch (error) {
      return (error as Error).message;
    }
  };

  it.skipIf(!isRoot)('is a range, or any of a size, as root (skipped without root)', () => {
    expect(parse('auto')).toEqual({ mode: 'auto', size: 65_536 });
    expect(parse('auto:size=10')).toEqual({ mode: 'auto:size=10', size: 10 });
    expect(parse('1000:2000:5')).toEqual({ mode: '1000:2000:5', uid: 1000, gid: 2000, size: 5 });
    expect(parse('auto', {}, '5.18.19')).toBe(
      '--userns auto: the layers of an overlay can be id-mapped since Linux 5.19, and this is 5.18.19',
    );
  });

  it('is the host’s where nothing else is said', () => {
    expect([parse(''), parse('host'), parse('host', { network: 'host' })]).toEqual([undefined, undefined, undefined]);
  });

  it('is refused as docker does', () => {
    for (const wrong of ['x', 'auto:', 'auto:size=', 'auto:size=x', '1:2', '1:2:3:4', '-1:0:1', 'AUTO'])
      expect(parse(wrong)).toBe(`--userns: invalid USER mode: "${wrong}"`);
    expect(parse('auto:size=0')).toBe('--userns auto:size=0: the range 0 0 0 has size 0');
    expect(parse('4294967295:0:1')).toMatch(/ends above 4294967294$/);
    expect(parse('auto', { network: 'host' })).toMatch(/^cannot share the host's network namespace/);
    expect(parse('auto', { pid: 'host' })).toBe('cannot share the host PID namespace when user namespaces are enabled');
    expect(parse('auto', { ipc: 'container:other' })).toMatch(/container:other is owned by another user namespace$/);
  });
});
