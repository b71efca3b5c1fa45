import { describe, expect, it } from 'vitest';
import { compilePattern } from '../../../../src/image/build/context/match.js';

describe('a pattern for names', () => {
  // Of Go's own table: path/filepath/match_test.go.
  it.each([
    ['abc', 'abc', true],
    ['*', 'abc', true],
    ['*c', 'abc', true],
    ['a*', 'a', true],
    ['a*', 'ab/c', false],
    ['a*/b', 'abc/b', true],
    ['a*/b', 'a/c/b', false],
    ['a*b*c*d*e*/f', 'axbxcxdxe/f', true],
    ['a*b*c*d*e*/f', 'axbxcxdxexxx/fff', false],
    ['a*b?c*x', 'abxbbxdbxebxczzx', true],
    ['a*b?c*x', 'abxbbxdbxebxczzy', false],
    ['ab[c]', 'abc', true],
    ['ab[b-d]', 'abc', true],
    ['ab[e-g]', 'abc', false],
    ['ab[^c]', 'abc', false],
    ['ab[^b-d]', 'abc', false],
    ['ab[^e-g]', 'abc', true],
    ['a\\*b', 'a*b', true],
    ['a\\*b', 'ab', false],
    ['a?b', 'a☺b', true],
    ['a[^a]b', 'a☺b', true],
    ['a???b', 'a☺b', false],
    ['[a-ζ]*', 'α', true],
    ['*[a-ζ]', 'A', false],
    ['a?b', 'a/b', false],
    ['a*b', 'a/b', false],
    ['[\\]a]', ']', true],
    ['[\\-]', '-', true],
    ['[x\\-]', 'x', true],
    ['[x\\-]', 'z', false],
    ['[\\-x]', '-', true],
    ['[b-a]', 'a', false],
    ['*x', 'xxx', true],
    ['a(b)+c', 'a(b)+c', true],
    ['package-lock.json*', 'package-lock.json', true],
    ['*.json', 'a.json.bak', false],
  ])('%j and %j: %j', (pattern, name, matches) => expect(compilePattern(pattern)(name)).toBe(matches));

  it.each(['[]a]', '[-]', '[x-]', '[-x]', '[', '[^', '[^bc', 'a[', 'a\\', 'ab[c'])(
    'is refused where Go calls it bad: %j',
    (pattern) => expect(() => compilePattern(pattern)).toThrow('syntax error in pattern'),
  );
});
