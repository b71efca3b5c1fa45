import { describe, expect, it } from 'vitest';
import { readableFrom, startOfLog } from '../../../../src/container/logs/config.js';
import { parseLog } from '../../../../src/docker/options/log.js';

describe('--log-driver and --log-opt', () => {
  it.each([
    [undefined, [], undefined],
    [
      undefined,
      ['max-size=10m'],
      { driver: 'json-file', options: { 'max-size': '10m' }, limit: { maxSize: 10e6, maxFile: 1 } },
    ],
    ['json-file', ['max-file=2'], { driver: 'json-file', options: { 'max-file': '2' } }],
    ['local', [], { driver: 'local', options: {}, limit: { maxSize: 20e6, maxFile: 5 } }],
    ['none', [], { driver: 'none', options: {} }],
    ['json-file', ['mode=non-blocking', 'max-buffer-size=4m'], { driver: 'json-file' }],
    ['json-file', ['labels=a,b=c'], { options: { labels: 'a,b=c' } }],
  ])('%j with %j', (logDriver, logOpt, expected) => {
    const parsed = parseLog({ ...(logDriver && { logDriver }), logOpt });
    if (expected === undefined) expect(parsed).toBeUndefined();
    else expect(parsed).toMatchObject(expected);
  });

  it.each([
    ['syslog', [], "logger: no log driver named 'syslog' is registered"],
    ['none', ['max-size=1m'], 'invalid logging opts for driver none'],
    ['json-file', ['foo'], "unknown log opt 'foo' for json-file log driver"],
    ['local', ['labels=a'], "unknown log opt 'labels' for log driver local"],
    ['json-file', ['max-size=big'], "invalid size: 'big'"],
    ['json-file', ['max-size=0'], 'max-size must be a positive number'],
    ['json-file', ['max-file=0'], 'max-file cannot be less than 1'],
    ['json-file', ['max-file=x'], 'strconv.Atoi: parsing "x": invalid syntax'],
    ['json-file', ['mode=fast'], 'logger: logging mode not supported: fast'],
    ['json-file', ['max-buffer-size=1m'], "logger: max-buffer-size option is only supported with 'mode=non-blocking'"],
    ['json-file', ['env-regex=('], 'Invalid regular expression'],
    ['json-file', ['compress=true'], 'nothing is compressed here'],
  ])('refuses %j with %j', (logDriver, logOpt, message) => {
    expect(() => parseLog({ logDriver, logOpt })).toThrow(message);
  });
});

describe('a log with a limit', () => {
  const limit = { maxSize: 100, maxFile: 3 };

  it.each([
    [0, 0],
    [299, 0],
    [300, 100],
    [399, 100],
    [400, 200],
  ])('of %j bytes starts at %j', (length, start) => {
    expect(startOfLog(length, limit)).toBe(start);
  });

  it('is readable for one more file, for those who follow it', () => {
    expect(readableFrom(400, limit)).toBe(100);
    expect(readableFrom(300, limit)).toBe(0);
    expect(readableFrom(1e9, undefined)).toBe(0);
  });
});
