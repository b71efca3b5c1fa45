import { describe, expect, it } from 'vitest';
import { Ignore } from '../../../../src/image/build/context/ignore.js';

const ignoring = (...lines: string[]) => new Ignore(lines.join('\n'), '.dockerignore');

describe('.dockerignore', () => {
  it.each([
    [['node_modules'], 'node_modules/a/b.js', true],
    [['node_modules'], 'app/node_modules/a.js', false],
    [['**/node_modules'], 'app/node_modules/a.js', true],
    [['*.log'], 'a.log', true],
    [['*.log'], 'logs/a.log', false],
    [['./dist'], 'dist/a', true],
    [['/dist'], 'dist/a', true],
    [['dist/../x'], 'x', true],
    [['  spaced  '], 'spaced', true],
    [['# x', 'y'], 'x', false],
    [['*', '!src'], 'src/a.js', false],
    [['*', '!src', 'src/*.test.js'], 'src/a.test.js', true],
    [['Readme'], 'README', false],
    [['a+b'], 'a+b', true],
    [['a+b'], 'aab', false],
    [['temp?'], 'temp1/x', true],
    [['x'], 'constructor', false],
  ])('%j leaves %j out: %j', (lines, path, ignored) => expect(ignoring(...lines).ignores(path)).toBe(ignored));

  it('says which directories need not be entered', () => {
    const ignore = ignoring('node_modules', 'docs', '!docs/api/*.md');
    expect(ignore.mayHaveExceptions('node_modules')).toBe(false);
    expect(ignore.mayHaveExceptions('docs')).toBe(true);
    expect(ignore.mayHaveExceptions('docs/api')).toBe(true);
    expect(ignore.mayHaveExceptions('docs/other')).toBe(false);
    expect(ignoring('*', '!**/*.md').mayHaveExceptions('any/where')).toBe(true);
  });

  it('names the line that hides a file', () => {
    expect(ignoring('*.js', 'src', '!a.js').lineFor('src/b.js')).toBe('src');
    expect(ignoring('*.js').lineFor('a.ts')).toBeUndefined();
  });
});
