import { describe, expect, it } from 'vitest';
import { flag, integer, list, map, maybe, record, since, text, variant, word } from '../../../src/kernel/parser.js';

interface Thing {
  readonly name: string;
  readonly count: number;
  readonly tags: readonly string[];
  readonly note?: string;
}

const thing = record<Thing>({ name: text, count: integer(0), tags: since(list(text), []), note: maybe(text) });
const shape = variant<'type', { type: 'square'; side: number } | { type: 'dot' }>('type', {
  square: record({ type: word('square'), side: integer(1) }),
  dot: record({ type: word('dot') }),
});

describe('a value of unknown kind', () => {
  it('is what it should be, without the fields that this version does not know', () => {
    expect(thing({ name: 'a', count: 1, tags: ['x'], note: 'n', later: true }, '')).toStrictEqual({
      name: 'a',
      count: 1,
      tags: ['x'],
      note: 'n',
    });
  });

  it('gets what older versions lack; what may be missing is missing', () => {
    expect(thing({ name: 'a', count: 0 }, '')).toStrictEqual({ name: 'a', count: 0, tags: [] });
  });

  it.each([
    [null, 'it is null, not an object'],
    [[], 'it is [], not an object'],
    ['x', 'it is "x", not an object'],
    [{}, 'name is missing, not text'],
    [{ name: 7 }, 'name is 7, not text'],
    [{ name: 'a', count: '1' }, 'count is "1", not a whole number, at least 0'],
    [{ name: 'a', count: 1.5 }, 'count is 1.5'],
    [{ name: 'a', count: -1 }, 'count is -1'],
    [{ name: 'a', count: 1e300 }, 'count is 1e+300'],
    [{ name: 'a', count: 1, tags: {} }, 'tags is {}, not a list'],
    [{ name: 'a', count: 1, tags: ['x', null] }, 'tags[1] is null, not text'],
    [{ name: 'a', count: 1, note: null }, 'note is null, not text'],
    [{ name: 'x'.repeat(100), count: [] }, 'count is [], not'],
  ])('%j is told by field and value', (value, message) => {
    expect(() => thing(value, '')).toThrow(message);
  });

  it('takes nothing from the prototype of objects', () => {
    const odd = record<{ constructor: string }>({ constructor: text } as never);
    expect(() => odd({}, '')).toThrow('constructor is missing');
  });

  it('is one of several kinds, by a field', () => {
    expect(shape({ type: 'square', side: 2 }, 'shape')).toEqual({ type: 'square', side: 2 });
    expect(shape({ type: 'dot', side: 2 }, 'shape')).toEqual({ type: 'dot' });
    expect(() => shape({ type: 'square' }, 'shape')).toThrow('shape.side is missing');
    for (const type of ['round', 'constructor', undefined]) {
      expect(() => shape({ type }, 'shape')).toThrow('not one of square, dot');
    }
  });

  it('has keys of any name where it is a map, which messages quote', () => {
    expect(map(integer(0))({ 'a.b': 1, constructor: 2 }, 'sysctl')).toStrictEqual({ 'a.b': 1, constructor: 2 });
    expect(() => map(integer(0))({ 'a.b': 'x' }, 'sysctl')).toThrow('sysctl["a.b"] is "x", not a whole number');
  });

  it('is told with its limits, and with all digits of a bigint', () => {
    expect(() => integer(1, 9)(0, 'n')).toThrow('n is 0, not a whole number from 1 to 9');
    expect(() => integer(1, 9)(2n ** 64n - 1n, 'n')).toThrow('n is 18446744073709551615, not a whole');
    expect(() => flag([2n ** 64n - 1n], 'n')).toThrow('n is ["18446744073709551615"], not true or false');
  });

  it('may be true or false only where it is a flag', () => {
    expect(() => flag(0, 'init')).toThrow('init is 0, not true or false');
  });
});
