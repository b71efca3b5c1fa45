import { describe, expect, it } from 'vitest';
import {
  type CheckResult,
  checked,
  checkOf,
  type Health,
  NEW_HEALTH,
  timesOf,
  untilNextCheck,
} from '../../../src/container/health/health.js';

const times = timesOf({ test: [], interval: 10e9, startPeriod: 60e9, startInterval: 2e9, retries: 2 });
const result = (exitCode: number): CheckResult => ({ start: '', end: '', exitCode, output: `${exitCode}` });

/** The health after results, each with its age in seconds. */
const healthAfter = (...results: [exitCode: number, age: number][]): Health =>
  results.reduce<Health>(
    (health, [exitCode, age]) => checked(health, result(exitCode), { age: age * 1000, times }),
    NEW_HEALTH,
  );

const word = ({ status, failingStreak }: Health) => `${status} ${failingStreak}`;

describe('the health of a container', () => {
  it.each<[string, [number, number][]]>([
    ['starting 0', []],
    ['healthy 0', [[0, 1]]],
    // Failures of a start do not count; behind it, and once it was healthy, they do.
    [
      'starting 0',
      [
        [1, 1],
        [1, 30],
        [1, 59],
      ],
    ],
    [
      'starting 1',
      [
        [1, 59],
        [1, 60],
      ],
    ],
    [
      'unhealthy 2',
      [
        [1, 59],
        [1, 60],
        [1, 70],
      ],
    ],
    [
      'healthy 1',
      [
        [0, 1],
        [1, 2],
      ],
    ],
    [
      'unhealthy 2',
      [
        [0, 1],
        [1, 2],
        [1, 3],
      ],
    ],
    // Any status but 0 is a failure.
    [
      'unhealthy 2',
      [
        [-1, 60],
        [2, 61],
      ],
    ],
    [
      'unhealthy 3',
      [
        [1, 60],
        [1, 61],
        [1, 62],
      ],
    ],
    [
      'healthy 0',
      [
        [1, 60],
        [1, 61],
        [0, 62],
      ],
    ],
  ])('is %s after results, and their seconds: %j', (expected, results) => {
    expect(word(healthAfter(...results))).toBe(expected);
  });

  it('has the last five results, also those that do not count', () => {
    const { log } = healthAfter([0, 1], [1, 2], [2, 3], [3, 4], [4, 5], [5, 6]);
    expect(log.map(({ exitCode }) => exitCode)).toEqual([1, 2, 3, 4, 5]);
  });

  it.each([
    ['starting', 0, 2000],
    ['starting', 59_999, 2000],
    ['starting', 60_000, 10_000],
    ['healthy', 0, 10_000],
    ['unhealthy', 0, 10_000],
  ] as const)('is looked at, %s and %d ms old, after %d ms', (status, age, wait) => {
    expect(untilNextCheck({ ...NEW_HEALTH, status }, age, times)).toBe(wait);
  });

  it('is checked at the usual times where nothing else was asked for', () => {
    const usual = { interval: 30_000, timeout: 30_000, startPeriod: 0, startInterval: 5000, retries: 3 };
    expect(timesOf({ test: [] })).toEqual(usual);
  });

  it('is checked by a shell, or not at all', () => {
    expect(checkOf({ test: ['CMD-SHELL', 'a && b'] })).toEqual(['/bin/sh', '-c', 'a && b']);
    expect([checkOf({ test: [] }), checkOf({ test: ['NONE'] })]).toEqual([undefined, undefined]);
  });
});
