import { describe, expect, it } from 'vitest';
import { type HealthFlags, parseHealth } from '../../../../src/docker/options/health.js';

describe('--health-… and --no-healthcheck', () => {
  it.each<[HealthFlags, ReturnType<typeof parseHealth>]>([
    [{}, undefined],
    [{ healthcheck: true, healthCmd: '', healthInterval: '0', healthRetries: '0' }, undefined],
    [{ healthcheck: false }, { test: ['NONE'] }],
    [{ healthCmd: 'test -e "/a b"' }, { test: ['CMD-SHELL', 'test -e "/a b"'] }],
    [{ healthInterval: '1ms' }, { test: [], interval: 1e6 }],
    [
      {
        healthCmd: 'true',
        healthInterval: '1m30s',
        healthTimeout: '4.5s',
        healthStartPeriod: '1h',
        healthStartInterval: '250ms',
        healthRetries: '2',
      },
      {
        test: ['CMD-SHELL', 'true'],
        interval: 90e9,
        timeout: 4.5e9,
        startPeriod: 3600e9,
        startInterval: 250e6,
        retries: 2,
      },
    ],
  ])('%j becomes %j', (flags, expected) => expect(parseHealth(flags)).toEqual(expected));

  it.each<[HealthFlags, string]>([
    [{ healthcheck: false, healthCmd: 'true' }, '--no-healthcheck conflicts with --health-* options'],
    [{ healthcheck: false, healthRetries: '1' }, '--no-healthcheck conflicts with --health-* options'],
    [{ healthInterval: '-1s' }, '--health-interval cannot be negative'],
    [{ healthRetries: '-1' }, '--health-retries cannot be negative'],
    [{ healthRetries: 'x' }, 'invalid argument "x" for "--health-retries" flag: a whole number, at least 0'],
    [{ healthInterval: '999us' }, 'Interval in Healthcheck cannot be less than 1ms'],
    [{ healthTimeout: '1ns' }, 'Timeout in Healthcheck cannot be less than 1ms'],
    [{ healthStartPeriod: '1us' }, 'StartPeriod in Healthcheck cannot be less than 1ms'],
    [{ healthStartInterval: '1us' }, 'StartInterval in Healthcheck cannot be less than 1ms'],
    [{ healthTimeout: '30' }, 'invalid argument "30" for "--health-timeout" flag: time: missing unit in duration "30"'],
  ])('%j is refused: %s', (flags, message) => expect(() => parseHealth(flags)).toThrow(message));
});
