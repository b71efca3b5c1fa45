import { describe, expect, it } from 'vitest';
import { compactJson } from '../../../src/oci/compact.js';
import { DEFAULT_SPEC } from '../../../src/oci/defaults.js';

describe('compact JSON', () => {
  it('has in one line what fits into one, and fills lines with words', () => {
    const value = { words: ['one', 'two', 'three', 'four'], list: [{ c: 'x'.repeat(12) }, { d: {}, e: [] }] };
    expect(compactJson(value, 24).split('\n')).toEqual([
      '{',
      '  "words": [',
      '    "one", "two",',
      '    "three", "four"',
      '  ],',
      '  "list": [',
      '    {',
      `      "c": "${'x'.repeat(12)}"`,
      '    },',
      '    { "d": {}, "e": [] }',
      '  ]',
      '}',
    ]);
    expect(compactJson([1, { a: ['b', null] }])).toBe('[1, { "a": ["b", null] }]');
  });

  it('takes the name of a field for a part of its line', () => {
    const value = { words: ['one', 'two'], more: 'x'.repeat(12) };
    expect(compactJson(value, 25).split('\n')).toContain('  "words": ["one", "two"],');
    expect(compactJson(value, 24).split('\n')).toContain('  "words": [');
  });

  it('means the same', () => {
    for (const columns of [1, 40, 120]) expect(JSON.parse(compactJson(DEFAULT_SPEC, columns))).toEqual(DEFAULT_SPEC);
  });
});
