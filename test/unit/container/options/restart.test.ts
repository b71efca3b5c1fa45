import { describe, expect, it } from 'vitest';
import { parseRestart } from '../../../../src/docker/options/restart.js';

describe('--restart', () => {
  it.each([
    ['', { name: 'no' }],
    ['no', { name: 'no' }],
    ['no:0', { name: 'no' }],
    ['always', { name: 'always' }],
    ['unless-stopped', { name: 'unless-stopped' }],
    ['on-failure', { name: 'on-failure' }],
    ['on-failure:', { name: 'on-failure' }],
    ['on-failure:0', { name: 'on-failure' }],
    ['on-failure:3', { name: 'on-failure', maximum: 3 }],
    ['on-failure:9007199254740991', { name: 'on-failure', maximum: Number.MAX_SAFE_INTEGER }],
  ])('takes %s', (value, expected) => {
    expect(parseRestart(value)).toEqual(expected);
  });

  it.each([
    ['on-failure:399999999999999999999', 'policy format: maximum retry count must be an integer'],
    ['on-failure:9007199254740993', 'policy format: maximum retry count must be an integer'],
    ['on-failure:1.5', 'policy format: maximum retry count must be an integer'],
    ['on-failure: 1', 'policy format: maximum retry count must be an integer'],
    ['on-failure:0x3', 'policy format: maximum retry count must be an integer'],
    ['on-failure:1e3', 'policy format: maximum retry count must be an integer'],
    ['on-failure:-1', 'policy: maximum retry count cannot be negative'],
    ['no:3', "policy: maximum retry count can only be used with 'on-failure'"],
    ['always:3', "policy: maximum retry count can only be used with 'on-failure'"],
    ['sometimes', "policy: unknown policy 'sometimes'"],
    [':3', 'policy format: no policy provided before colon'],
  ])('refuses %j: invalid restart %s', (value, reason) => {
    expect(() => parseRestart(value)).toThrow(`invalid restart ${reason} in "--restart ${value}"`);
  });
});
