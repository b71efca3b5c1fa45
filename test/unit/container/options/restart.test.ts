import { describe, expect, it } from 'vitest';
import { parseRestart } from '../../../../src/docker/options/restart.js';

describe('--restart', () => {
  it.each([
    ['no', { name: 'no' }],
    ['on-failure', { name: 'on-failure' }],
    ['on-failure:0', { name: 'on-failure' }],
    ['on-failure:3', { name: 'on-failure', maximum: 3 }],
    ['on-failure:9007199254740991', { name: 'on-failure', maximum: Number.MAX_SAFE_INTEGER }],
  ])('takes %s', (value, expected) => {
    expect(parseRestart(value)).toEqual(expected);
  });

  it.each([
    'on-failure:399999999999999999999',
    'on-failure:9007199254740993',
    'on-failure:-1',
    'on-failure:1.5',
    'on-failure:',
    'on-failure: 1',
    'on-failure:0x3',
    'on-failure:1e3',
    'no:3',
    'always',
    '',
  ])('refuses %j', (value) => {
    expect(() => parseRestart(value)).toThrow('--restart');
  });
});
